"""The house's pages of outside audits: planning, seats, requests, the report."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from compliance.audits.followup import CorrectiveAction
from compliance.outside import access, planning, reporting, requests
from compliance.outside.codes import WITH_THE_HOUSE, Area, RequestState, State
from compliance.outside.evidence import EvidenceRequest
from compliance.outside.files import EvidenceInMemory, name_of, open_file
from compliance.outside.forms import AnswerForm, AskForm, AuditorForm, OwnerForm, PlanForm
from compliance.outside.reports import OutsideReport
from compliance.outside.seat_views import TYPES
from compliance.outside.seat_writing import taken
from compliance.outside.texts import texts_of
from deals.pipeline.models import Deal
from people.locks.standing import until_locked
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.uploads import in_memory_uploads_by
from vault.records.errors import NotPossible


@require_GET
@requires(access.MANAGES)
@never_cache
def audits(request: SignedIn) -> HttpResponse:
    """All of them, the newest first."""
    page = page_of(request, access.which_audits(request.user), by="-made_at")
    record_read(Entry(action=Action.OUTSIDE_LIST, object_type=ObjectType.OUTSIDE_AUDIT, object_id=None))
    return render(request, "compliance/outside/audits.html", {"page": page})


@require_http_methods(["GET", "POST"])
@requires(access.MANAGES)
@never_cache
def audit_new(request: SignedIn) -> HttpResponse:
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.plan(actor=request.user, engagement=form.engagement())
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(
                request, _("Kept as a draft. Name everybody who sits, then ask a second person.")
            )
            return redirect("compliance:outside_audit", made.pk)
    return render(request, "compliance/outside/audit_new.html", {"form": form})


@require_GET
@requires(access.MANAGES)
@never_cache
def audit(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """Its scope, who sits and what they have signed, the requests, the report, the actions."""
    found = access.get_audit(request.user, audit_id, Action.OUTSIDE_VIEW)
    report = OutsideReport.objects.filter(audit=found).select_related("file", "followed_by").first()
    advice = list(report.recommendations.order_by("number")) if report else []
    texts = texts_of(found, [one.pk for one in advice], Action.OUTSIDE_VIEW)
    signed = access.have_signed(found)
    seats = found.seats.select_related("person").order_by("added_at", "pk")
    is_draft = found.state == State.DRAFT
    context = {
        "audit": found,
        "deals": Deal.objects.filter(pk__in=found.deals).order_by("code_name"),
        "areas": [Area(area).label for area in found.areas],
        "seats": [(seat.person, seat.person_id == found.lead_id, seat.person_id in signed) for seat in seats],
        "requests": found.requests.select_related("owner").order_by("-number")[:100],
        "report": report,
        "advice": [
            (one, "".join(words for _row, words in texts.get(one.pk, ())), _actions(one.finding_id))
            for one in advice
        ],
        "is_draft": is_draft,
        "seat_form": AuditorForm(auto_id="seat-%s") if is_draft else None,
        "ask_form": AskForm(auto_id="ask-%s") if is_draft else None,
        "may_end": found.state == State.AGREED,
    }
    return render(request, "compliance/outside/audit.html", context)


def _actions(finding_id: UUID | None) -> list[CorrectiveAction]:
    if finding_id is None:
        return []
    found = CorrectiveAction.objects.filter(finding=finding_id).select_related("owner")
    return list(found.order_by("due", "pk"))


@require_POST
@requires(access.MANAGES)
def seat_add(request: SignedIn, audit_id: UUID) -> HttpResponse:
    access.get_audit(request.user, audit_id, Action.OUTSIDE_SEAT)
    form = AuditorForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say who sits: a name and an e-mail address."))
        return redirect("compliance:outside_audit", audit_id)
    return _step(
        request,
        audit_id,
        lambda: planning.add_auditor(actor=request.user, audit_id=audit_id, auditor=form.auditor()),
    )


@require_POST
@requires(access.MANAGES)
def ask(request: SignedIn, audit_id: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _step(
        request, audit_id, lambda: planning.ask(actor=request.user, audit_id=audit_id, reason=reason)
    )


@require_POST
@requires(access.MANAGES)
def cancel(request: SignedIn, audit_id: UUID) -> HttpResponse:
    return _step(request, audit_id, lambda: planning.cancel(actor=request.user, audit_id=audit_id))


@require_POST
@requires(access.MANAGES)
def end(request: SignedIn, audit_id: UUID) -> HttpResponse:
    return _step(request, audit_id, lambda: planning.end(actor=request.user, audit_id=audit_id))


@require_POST
@requires(access.MANAGES)
def acknowledge(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """From then on its recommendations stand on the board of corrective actions."""
    return _step(request, audit_id, lambda: reporting.acknowledge(actor=request.user, audit_id=audit_id))


@require_GET
@login_required
@never_cache
def request_page(request: SignedIn, request_id: UUID) -> HttpResponse:
    """One request: to officers, and to whoever answers it."""
    return _request_page(request, access.get_request(request.user, request_id, Action.OUTSIDE_VIEW), None)


def _request_page(request: SignedIn, one: EvidenceRequest, form: AnswerForm | None) -> HttpResponse:
    texts = texts_of(one.audit, [one.pk], Action.OUTSIDE_VIEW)
    manages = has(request.user, access.MANAGES)
    answers = one.state in (RequestState.OWNED, RequestState.RETURNED)
    context: dict[str, Any] = {
        "one": one,
        "audit": one.audit,
        "manages": manages,
        "texts": [
            (row.get_says_display(), row.by.display_name, row.at, words)
            for row, words in texts.get(one.pk, ())
        ],
        "files": one.files.order_by("at", "pk"),
        "owner_form": OwnerForm(initial={"owner": one.owner_id})
        if manages and one.state in WITH_THE_HOUSE
        else None,
        "form": (form or AnswerForm(audit=one.audit)) if answers else None,
    }
    return render(request, "compliance/outside/house_request.html", context)


@require_POST
@requires(access.MANAGES)
def request_assign(request: SignedIn, request_id: UUID) -> HttpResponse:
    access.get_request(request.user, request_id, Action.OUTSIDE_ASSIGN)
    form = OwnerForm(request.POST)
    if form.is_valid():
        try:
            requests.assign(actor=request.user, request_id=request_id, **form.cleaned_data)
        except NotPossible as refused:
            messages.error(request, str(refused.message))
    else:
        messages.error(request, _("Somebody who works here answers it."))
    return redirect("compliance:outside_request", request_id)


@in_memory_uploads_by(EvidenceInMemory)
@require_POST
@login_required
@never_cache
def request_answer(request: SignedIn, request_id: UUID) -> HttpResponse:
    one = access.get_request(request.user, request_id, Action.OUTSIDE_ANSWER)
    form = AnswerForm(request.POST, request.FILES, audit=one.audit)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            requests.answer(
                actor=request.user,
                request_id=request_id,
                words=form.cleaned_data["words"],
                files=[taken(sent)] if sent else [],
                extracts=form.cleaned_data["extracts"],
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Answered. The auditors accept it or send it back."))
            return redirect("compliance:outside_request", request_id)
    return _request_page(request, one, form)


@require_GET
@login_required
@never_cache
def file(request: SignedIn, file_id: UUID) -> HttpResponseBase:
    """A file of an answer, or the report, to the house."""
    one = access.get_file(request.user, file_id, Action.OUTSIDE_FILE)
    content = open_file(Action.OUTSIDE_FILE, ObjectType.OUTSIDE_AUDIT, one.audit_id, one.pk, one.key_id)
    answer = StreamingHttpResponse(until_locked(content, request.user.pk), content_type=TYPES[one.extension])
    answer["Content-Length"] = str(one.size)
    answer["Content-Disposition"] = f'attachment; filename="{name_of(one, 1)}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _step(request: SignedIn, audit_id: UUID, act: Callable[[], object]) -> HttpResponse:
    """Take a step, and back to the audit; what was not possible is said there."""
    try:
        act()
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    return redirect("compliance:outside_audit", audit_id)
