"""What an auditor writes: requests, their word on an answer, the report. No other form of the product takes
anything from a seat (middleware.py)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action
from compliance.audits.codes import Result
from compliance.audits.followup import CorrectiveAction
from compliance.outside import access, reporting, requests
from compliance.outside.codes import RequestState
from compliance.outside.files import Checked, EvidenceInMemory, checked
from compliance.outside.forms import RecommendForm, ReportForm, RequestForm, ReturnForm
from compliance.outside.models import OutsideSeat
from compliance.outside.reports import OutsideReport
from compliance.outside.scope import masked_names
from compliance.outside.seat_views import note, page_for
from compliance.outside.texts import texts_of
from people.paging import page_of
from people.requests import SignedIn
from people.uploads import in_memory_uploads_by
from vault.records.errors import NotPossible


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def requests_page(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """What was asked for, and a form for more."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_VIEW)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = requests.ask(actor=request.user, audit_id=audit_id, **form.cleaned_data)
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Asked. The house names who answers it."))
            return redirect("compliance:seat_request", audit_id, made.pk)
    note(found, Action.OUTSIDE_VIEW, "requests")
    page = page_of(request, found.audit.requests.all(), by="-number")
    return page_for(request, found, "requests", {"page": page, "form": form})


@require_GET
@login_required
@never_cache
def request_page(request: SignedIn, audit_id: UUID, request_id: UUID) -> HttpResponse:
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_VIEW)
    one = access.get_own_request(found, request_id, Action.OUTSIDE_VIEW)
    texts = texts_of(found.audit, [one.pk], Action.OUTSIDE_VIEW)
    files = access.files_shown(found).filter(request=one).order_by("at", "pk")
    context = {
        "one": one,
        "texts": _said(found, texts.get(one.pk, ())),
        "files": files,
        "may_judge": one.state == RequestState.ANSWERED,
        "form": ReturnForm(),
    }
    return page_for(request, found, "request", context)


def _said(found: OutsideSeat, texts: object) -> list[tuple[str, str, object, str]]:
    """Each text with who wrote it: auditors by name, the house's people masked."""
    sitting = set(found.audit.seats.values_list("person_id", flat=True))
    rows = list(texts)  # type: ignore[call-overload]  # a sequence of rows and words
    masked = masked_names({row.by_id for row, _words in rows} - sitting)
    return [
        (row.get_says_display(), masked.get(row.by_id, row.by.display_name), row.at, words)
        for row, words in rows
    ]


@require_POST
@login_required
def request_accept(request: SignedIn, audit_id: UUID, request_id: UUID) -> HttpResponse:
    return _step(
        request,
        lambda: requests.accept(actor=request.user, audit_id=audit_id, request_id=request_id),
        redirect("compliance:seat_request", audit_id, request_id),
    )


@require_POST
@login_required
def request_return(request: SignedIn, audit_id: UUID, request_id: UUID) -> HttpResponse:
    why = request.POST.get("why", "")
    return _step(
        request,
        lambda: requests.send_back(actor=request.user, audit_id=audit_id, request_id=request_id, why=why),
        redirect("compliance:seat_request", audit_id, request_id),
    )


@in_memory_uploads_by(EvidenceInMemory)
@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def report_page(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """The report and its recommendations, and how far the house is with them; POST uploads one."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_REPORT)
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = taken(form.cleaned_data["file"], pdf_only=True)
            reporting.upload(actor=request.user, audit_id=audit_id, file=sent)
        except NotPossible as refused:
            form.add_error("file", str(refused.message))
        else:
            messages.success(request, _("Uploaded. Write each recommendation, then hand the report in."))
            return redirect("compliance:seat_report", audit_id)
    report = OutsideReport.objects.filter(audit=found.audit).select_related("file").first()
    advice = list(report.recommendations.order_by("number")) if report else []
    texts = texts_of(found.audit, [one.pk for one in advice], Action.OUTSIDE_VIEW)
    context = {
        "report": report,
        "form": form,
        "advice": [
            (one, "".join(words for _row, words in texts.get(one.pk, ())), _actions(one.finding_id))
            for one in advice
        ],
        "recommend_form": RecommendForm(),
        "is_open": report is None or report.handed_in_at is None,
    }
    return page_for(request, found, "report", context)


def _actions(finding_id: UUID | None) -> list[CorrectiveAction]:
    """How far the house is: state and day, nobody's name."""
    if finding_id is None:
        return []
    return list(CorrectiveAction.objects.filter(finding=finding_id).order_by("due", "pk"))


def taken(sent: UploadedFile, *, pdf_only: bool = False) -> Checked:  # type: ignore[type-arg]
    """The upload, if it may be taken in. Raises NotPossible."""
    return checked(sent.read(), size=sent.size or 0, pdf_only=pdf_only)


@require_POST
@login_required
def report_recommend(request: SignedIn, audit_id: UUID) -> HttpResponse:
    access.get_seat(request.user, audit_id, Action.OUTSIDE_RECOMMEND)
    form = RecommendForm(request.POST)
    back = redirect("compliance:seat_report", audit_id)
    if not form.is_valid():
        messages.error(request, _("Say what you recommend, and how grave it is."))
        return back
    severity, words = Result(form.cleaned_data["severity"]), form.cleaned_data["words"]
    return _step(
        request,
        lambda: reporting.recommend(actor=request.user, audit_id=audit_id, severity=severity, words=words),
        back,
    )


@require_POST
@login_required
def report_hand_in(request: SignedIn, audit_id: UUID) -> HttpResponse:
    return _step(
        request,
        lambda: reporting.hand_in(actor=request.user, audit_id=audit_id),
        redirect("compliance:seat_report", audit_id),
    )


def _step(request: SignedIn, act: Callable[[], object], back: HttpResponse) -> HttpResponse:
    try:
        act()
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return back
