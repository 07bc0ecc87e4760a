"""Audits: the list, planning one, its page with the checklist answered inline, the house's rule."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from compliance.audits import access, answering, checklist, planning, showing
from compliance.audits.codes import Area, EvidenceKind, Method, Result, State
from compliance.audits.due import next_audit, policy
from compliance.audits.figures import RESULT_LABELS, STATE_LABELS, by_age, by_area, progress_of
from compliance.audits.forms import AnswerForm, EvidenceForm, PlanForm, PolicyForm, QuestionForm, TeamForm
from compliance.audits.settings import set_policy
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.errors import NotPossible

BAD = HTTPStatus.UNPROCESSABLE_ENTITY


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def audits(request: SignedIn) -> HttpResponse:
    """All audits of the house, the newest first, and how they went."""
    found = access.which_audits(request.user)
    state = request.GET.get("state", "")
    shown = found.filter(state=state) if state in State.values else found
    page = page_of(request, shown, by="-planned_from")
    record_read(Entry(action=Action.AUDIT_LIST, object_type=ObjectType.AUDIT, object_id=None))
    progress = progress_of(page.rows)
    context = {
        "page": page,
        "rows": [(one, progress[one.pk]) for one in page.rows],
        "states": State.choices,
        "state": state,
        "areas": by_area(page.rows),
        "area_labels": RESULT_LABELS,
        "ages": by_age(),
        "age_labels": STATE_LABELS,
        "next": next_audit(),
        "manages": has(request.user, Permission.AUDIT_MANAGE),
    }
    return render(request, "compliance/audits/audits.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.AUDIT_MANAGE)
@never_cache
def plan(request: SignedIn) -> HttpResponse:
    """Plan another audit."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.plan_audit(actor=request.user, plan=form.plan())
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The audit is planned."))
            return redirect("compliance:audit", made.pk)
    context = {"form": form, "checklist": checklist.shown()}
    return render(
        request, "compliance/audits/plan.html", context, status=BAD if form.is_bound else HTTPStatus.OK
    )


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def audit(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """The plan, the checklist with what was answered, and what can be done now."""
    one = access.get_audit(request.user, audit_id)
    return render(request, "compliance/audits/audit.html", showing.audit_page(request.user, one))


@require_POST
@requires(Permission.AUDIT_MANAGE)
def team(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """Who carries it out from now on."""
    one = access.get_managed(request.user, audit_id, Action.AUDIT_TEAM)
    form = TeamForm(request.POST, lead_id=one.lead_id)
    if not form.is_valid():
        messages.error(request, _("Only officers and outside auditors carry out an audit."))
        return redirect("compliance:audit", audit_id)
    return _done(
        request,
        audit_id,
        lambda: planning.set_team(actor=request.user, audit_id=audit_id, team=form.cleaned_data["team"]),
    )


@require_POST
@requires(Permission.LOG_READ)
def begin(request: SignedIn, audit_id: UUID) -> HttpResponse:
    return _done(request, audit_id, lambda: planning.begin(actor=request.user, audit_id=audit_id))


@require_POST
@requires(Permission.AUDIT_MANAGE)
def cancel(request: SignedIn, audit_id: UUID) -> HttpResponse:
    return _done(request, audit_id, lambda: planning.cancel(actor=request.user, audit_id=audit_id))


@require_POST
@requires(Permission.LOG_READ)
def measure(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """The system answers what it knows, anew."""
    return _done(request, audit_id, lambda: answering.measure(actor=request.user, audit_id=audit_id))


@require_POST
@requires(Permission.LOG_READ)
def answer(request: SignedIn, item_id: UUID) -> HttpResponse:
    """One question, from its form in the checklist."""
    item = access.get_item(request.user, item_id, Action.AUDIT_ANSWER)
    form = AnswerForm(request.POST, item=item)
    if not form.is_valid():
        messages.error(request, _("Question %(n)d: choose a result.") % {"n": item.number})
        return _to_question(item.audit_id, item.number)
    given = form.cleaned_data
    try:
        answering.answer(
            actor=request.user,
            item_id=item_id,
            result=Result(given["result"]),
            method=form.method_of,
            note=given["note"],
        )
    except NotPossible as refused:
        messages.error(request, f"{_('Question %(n)d') % {'n': item.number}}: {refused.message}")
    return _to_question(item.audit_id, item.number)


@require_POST
@requires(Permission.LOG_READ)
def evidence(request: SignedIn, item_id: UUID) -> HttpResponse:
    """Link what shows an answer."""
    item = access.get_item(request.user, item_id, Action.AUDIT_EVIDENCE)
    form = EvidenceForm(request.POST, item=item)
    if not form.is_valid():
        messages.error(request, _("There is no such thing. Copy its whole number from its page."))
        return _to_question(item.audit_id, item.number)
    try:
        answering.add_evidence(
            actor=request.user,
            item_id=item_id,
            kind=EvidenceKind(form.cleaned_data["kind"]),
            object_id=form.cleaned_data["object_id"],
        )
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return _to_question(item.audit_id, item.number)


@require_http_methods(["GET", "POST"])
@requires(Permission.LOG_READ)
@never_cache
def rules(request: SignedIn) -> HttpResponse:
    """How often the house is audited, and the checklist in force. Officers change them."""
    manages = has(request.user, Permission.AUDIT_MANAGE)
    form = PolicyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        set_policy(actor=request.user, **form.cleaned_data)
        messages.success(request, _("The rule holds from now on."))
        return redirect("compliance:audit_rules")
    if request.method == "POST" and not manages:
        raise Refused(ObjectType.AUDIT_POLICY, None, Action.AUDIT_POLICY)
    now = checklist.shown()
    context = {
        "form": form,
        "policy": policy(),
        "next": next_audit(),
        "manages": manages,
        "version": now,
        "questions": showing.questions_of(now),
        "asking": QuestionForm(auto_id="ask-%s"),
    }
    return render(
        request, "compliance/audits/rules.html", context, status=BAD if form.is_bound else HTTPStatus.OK
    )


@require_POST
@requires(Permission.AUDIT_MANAGE)
def ask(request: SignedIn) -> HttpResponse:
    """One more question for audits planned from now on."""
    form = QuestionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Ask the question in both languages."))
        return redirect("compliance:audit_rules")
    given = form.cleaned_data
    try:
        checklist.add_question(
            actor=request.user,
            area=Area(given["area"]),
            method=Method(given["method"]),
            zh=given["zh"],
            en=given["en"],
        )
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return redirect("compliance:audit_rules")


@require_POST
@requires(Permission.AUDIT_MANAGE)
def drop(request: SignedIn, version: int, place: int) -> HttpResponse:
    """Leave a question out of audits planned from now on."""
    try:
        checklist.drop_question(actor=request.user, version=version, place=place)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return redirect("compliance:audit_rules")


def _done(request: SignedIn, audit_id: UUID, step: showing.Step) -> HttpResponse:
    """Take a step, and back to the audit; what was not possible is said there."""
    try:
        step()
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return redirect("compliance:audit", audit_id)


def _to_question(audit_id: UUID, number: int) -> HttpResponse:
    answer = redirect("compliance:audit", audit_id)
    answer["Location"] += f"#q{number}"
    return answer
