"""Findings, corrective actions, and the report."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry, canonical
from audit.log import record_read
from audit.refusals import Refused
from compliance.audits import access, closing, findings, showing
from compliance.audits.codes import WAITING, ActionState, Result, State
from compliance.audits.due import concerning, overdue_major
from compliance.audits.followup import SEVERITIES, CorrectiveAction
from compliance.audits.forms import ActionForm, FindingForm, OwnerForm
from compliance.audits.models import Audit
from compliance.audits.report import as_csv, digest_of, report_of
from compliance.audits.texts import reading, texts_of
from people.accounts.models import Kind
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.stepup import step_up_required
from vault.records.errors import NotPossible

BAD = HTTPStatus.UNPROCESSABLE_ENTITY
MOST_ABOUT = 50


@require_http_methods(["GET", "POST"])
@requires(Permission.LOG_READ)
@never_cache
def finding_new(request: SignedIn, item_id: UUID) -> HttpResponse:
    """Say what is not as it must be."""
    item = access.get_item(request.user, item_id, Action.AUDIT_FINDING)
    if item.audit.state != State.RUNNING or item.result not in SEVERITIES:
        raise Refused(ObjectType.AUDIT_ITEM, item_id, Action.AUDIT_FINDING)
    form = FindingForm(request.POST or None, initial={"book": item.audit.book_id})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = findings.record_finding(
                actor=request.user,
                item_id=item_id,
                severity=Result(item.result),
                texts=form.texts(),
                book=given["book"],
                person=given["person"],
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The finding is recorded. Say who puts it right, and by when."))
            return redirect("compliance:audit_finding", made.pk)
    context = {"form": form, "item": item}
    return render(
        request, "compliance/audits/finding_new.html", context, status=BAD if form.is_bound else HTTPStatus.OK
    )


@require_GET
@login_required
@never_cache
def finding(request: SignedIn, finding_id: UUID) -> HttpResponse:
    """A finding and what is done about it. Owners see it, and of its actions their own."""
    one = access.get_finding(request.user, finding_id)
    audit = one.item.audit
    rows = CorrectiveAction.objects.filter(finding=one).select_related(
        "owner", "done_by", "verified_by", "finding__item__audit"
    )
    reads = has(request.user, Permission.LOG_READ)
    seen = rows if access.reads_all(request.user, one) else rows.filter(owner=request.user)
    actions = list(seen.order_by("due", "pk"))
    with reading([audit], Action.AUDIT_VIEW):
        texts = texts_of([audit], [one.pk, *(action.pk for action in actions)])
    sets = reads and (has(request.user, Permission.AUDIT_MANAGE) or access.is_on_team(request.user, audit))
    context = {
        "finding": one,
        "audit": audit,
        "words": texts.get(one.pk, {}),
        "shown": showing.steps_of(request.user, audit, actions, texts),
        "reads": reads,
        "setting": ActionForm(audit_id=audit.pk, auto_id="set-%s") if sets else None,
        "holds": overdue_major().filter(finding=one, finding__book__isnull=False).exists(),
        "life": showing.life_of(one.pk, *(action.pk for action in actions)) if reads else [],
    }
    return render(request, "compliance/audits/finding.html", context)


@require_POST
@requires(Permission.LOG_READ)
def action_set(request: SignedIn, finding_id: UUID) -> HttpResponse:
    one = access.get_finding(request.user, finding_id, Action.AUDIT_ACTION_SET)
    form = ActionForm(request.POST, audit_id=one.item.audit_id)
    if not form.is_valid():
        messages.error(request, _("Say who, by when and what. Nobody of the team can own it."))
        return redirect("compliance:audit_finding", finding_id)
    return _step(
        request,
        finding_id,
        lambda: findings.set_action(actor=request.user, finding_id=finding_id, **form.cleaned_data),
    )


@require_POST
@requires(Permission.AUDIT_MANAGE)
def action_assign(request: SignedIn, action_id: UUID) -> HttpResponse:
    found = CorrectiveAction.objects.filter(pk=action_id).select_related("finding__item").first()
    if found is None:
        raise Refused(ObjectType.CORRECTIVE_ACTION, action_id, Action.AUDIT_ACTION_ASSIGN)
    form = OwnerForm(request.POST, audit_id=found.finding.item.audit_id)
    if not form.is_valid():
        messages.error(request, _("Nobody of the team can own it."))
        return redirect("compliance:audit_finding", found.finding_id)
    return _step(
        request,
        found.finding_id,
        lambda: findings.assign(actor=request.user, action_id=action_id, owner=form.cleaned_data["owner"]),
    )


@require_POST
@login_required
def action_done(request: SignedIn, action_id: UUID) -> HttpResponse:
    one = access.get_own_action(request.user, action_id, Action.AUDIT_ACTION_DONE)
    done = request.POST.get("done", "")
    return _step(
        request, one.finding_id, lambda: findings.say_done(actor=request.user, action_id=action_id, done=done)
    )


@require_POST
@requires(Permission.LOG_READ)
def action_verify(request: SignedIn, action_id: UUID) -> HttpResponse:
    one = access.get_action_to_judge(request.user, action_id, Action.AUDIT_ACTION_VERIFY)
    return _step(request, one.finding_id, lambda: findings.verify(actor=request.user, action_id=action_id))


@require_POST
@requires(Permission.LOG_READ)
def action_return(request: SignedIn, action_id: UUID) -> HttpResponse:
    one = access.get_action_to_judge(request.user, action_id, Action.AUDIT_ACTION_RETURN)
    why = request.POST.get("why", "")
    return _step(
        request, one.finding_id, lambda: findings.send_back(actor=request.user, action_id=action_id, why=why)
    )


@require_GET
@login_required
@never_cache
def mine(request: SignedIn) -> HttpResponse:
    """What this person is to put right, with what was found."""
    if request.user.kind != Kind.STAFF:
        raise Refused(ObjectType.CORRECTIVE_ACTION, None, Action.AUDIT_ACTION_LIST)
    page = page_of(request, access.which_actions(request.user).order_by(), by="due")
    audits = {one.finding.item.audit_id: one.finding.item.audit for one in page.rows}
    with reading(audits.values(), Action.AUDIT_ACTION_LIST):
        wanted = [one.pk for one in page.rows] + [one.finding_id for one in page.rows]
        texts = texts_of(audits.values(), wanted) if audits else {}
    rows = [(one, texts.get(one.action.finding_id, {})) for one in showing.listed(page.rows, texts)]
    about = concerning(request.user).select_related("finding__item", "finding__person", "owner")
    context = {"page": page, "rows": rows, "about": list(about.order_by("due", "pk")[:MOST_ABOUT])}
    return render(request, "compliance/audits/mine.html", context)


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def actions(request: SignedIn) -> HttpResponse:
    """All corrective actions of the house; those that wait, the most urgent first."""
    state = request.GET.get("state", "")
    found = CorrectiveAction.objects.select_related(
        "owner", "finding__item__audit", "finding__book", "finding__person"
    )
    found = found.filter(state=state) if state in ActionState.values else found
    if not state:
        found = found.filter(state__in=WAITING)
    page = page_of(request, found, by="due")
    record_read(Entry(action=Action.AUDIT_LIST, object_type=ObjectType.CORRECTIVE_ACTION, object_id=None))
    context = {"page": page, "states": ActionState.choices, "state": state}
    return render(request, "compliance/audits/actions.html", context)


@require_POST
@requires(Permission.LOG_READ)
def close(request: SignedIn, audit_id: UUID) -> HttpResponseBase:
    """The lead closes the report, after confirming who they are."""
    access.get_of_team(request.user, audit_id, Action.AUDIT_CLOSE, lead=True)
    return _confirmed_close(request, audit_id)


@step_up_required
def _confirmed_close(request: SignedIn, audit_id: UUID) -> HttpResponse:
    try:
        closing.close(actor=request.user, audit_id=audit_id)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
        return redirect("compliance:audit", audit_id)
    messages.success(request, _("The report is closed. An officer signs it off."))
    return redirect("compliance:audit_report", audit_id)


@require_POST
@requires(Permission.AUDIT_MANAGE)
def sign(request: SignedIn, audit_id: UUID) -> HttpResponseBase:
    """A second person signs what they were shown, after confirming who they are."""
    access.get_to_sign(request.user, audit_id, Action.AUDIT_SIGN)
    return _confirmed_sign(request, audit_id)


@step_up_required
def _confirmed_sign(request: SignedIn, audit_id: UUID) -> HttpResponse:
    try:
        seen = bytes.fromhex(request.POST.get("digest", ""))
        closing.sign_off(actor=request.user, audit_id=audit_id, seen=seen)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    except ValueError:
        raise Refused(ObjectType.AUDIT, audit_id, Action.AUDIT_SIGN) from None
    return redirect("compliance:audit_report", audit_id)


@require_POST
@requires(Permission.AUDIT_MANAGE)
def report_return(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """The officer does not sign: the audit runs on."""
    try:
        closing.send_back(actor=request.user, audit_id=audit_id, why=request.POST.get("why", ""))
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return redirect("compliance:audit", audit_id)


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def report(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """The report as it was closed, to be read, signed and taken out."""
    one = _closed(request, audit_id, Action.AUDIT_VIEW)
    context = showing.audit_page(request.user, one)
    kept = digest_of(report_of(one)) == bytes(one.digest or b"")
    return render(request, "compliance/audits/report.html", context | {"is_kept": kept})


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def report_file(request: SignedIn, audit_id: UUID, form: str) -> HttpResponse:
    """The facts of the report, without personal data: JSON is exactly what the digest is of."""
    one = _closed(request, audit_id, Action.AUDIT_REPORT)
    record_read(
        Entry(action=Action.AUDIT_REPORT, object_type=ObjectType.AUDIT, object_id=one.pk, fields=(form,))
    )
    facts = report_of(one)
    if form == "csv":
        answer = HttpResponse(as_csv(facts), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(canonical(facts), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="audit-{one.pk.hex[-8:]}.{form}"'
    return answer


def _closed(request: SignedIn, audit_id: UUID, action: Action) -> Audit:
    found = access.get_audit(request.user, audit_id, action)
    if found.state not in (State.CLOSED, State.SIGNED):
        raise Refused(ObjectType.AUDIT, audit_id, action)
    return found


def _step(request: SignedIn, finding_id: UUID, step: showing.Step) -> HttpResponse:
    """Take a step, and back to the finding; what was not possible is said there."""
    try:
        step()
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return redirect("compliance:audit_finding", finding_id)
