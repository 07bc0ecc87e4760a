from itertools import zip_longest
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import Kind
from people.approvals import access, services
from people.approvals.forms import DecisionForm
from people.approvals.models import State, Verdict
from people.approvals.pace import HASTY, lengths, paces
from people.approvals.registry import Preview, action_of
from people.approvals.voices import has_spoken, voice_of
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.stepup import step_up_required

LISTS = {
    "decide": access.to_decide,
    "requested": access.requested,
    "decided": access.decided,
    "escalated": access.escalated,
}
ROWS_SHOWN = 200


@login_required
@require_GET
def inbox(request: SignedIn) -> HttpResponse:
    if request.user.kind != Kind.STAFF and not has(request.user, Permission.APPROVAL_STAND_IN):
        raise Refused(ObjectType.PAGE, None, Action.PAGE_VIEW)
    view = request.GET.get("view", "decide")
    view = view if view in LISTS else "decide"
    oldest_first = view in {"decide", "escalated"}
    waiting = access.to_decide(request.user)  # once: what concerns somebody is a query for each action
    found = waiting if view == "decide" else LISTS[view](request.user)
    page = page_of(request, found, by="created_at" if oldest_first else "-created_at")
    rows = [(row, action_of(row.action)) for row in page.rows]
    context = {
        "page": page,
        "rows": rows,
        "view": view,
        "waiting": waiting.count(),
        "shows_pace": has(request.user, Permission.APPROVAL_DECIDE),
    }
    return render(request, "people/approvals/inbox.html", context)


@requires(Permission.APPROVAL_DECIDE)
@require_GET
def pace(request: SignedIn) -> HttpResponse:
    """Who decides after how long a look, for officers."""
    found = lengths()
    most = max(length.decisions for length in found)
    context = {"paces": paces(), "lengths": found, "most": most, "hasty": HASTY}
    return render(request, "people/approvals/pace.html", context)


@login_required
@require_GET
def detail(request: SignedIn, request_id: UUID) -> HttpResponse:
    """Shows the exact preview, which is what opening it means; only then can a decision be sent."""
    asked = access.get_request(request.user, request_id)
    kind = action_of(asked.action)
    preview = services.open_preview(actor=request.user, request=asked)
    asked.refresh_from_db()
    decisions = list(asked.decisions.select_related("decider", "decided_for").order_by("decided_at"))
    voice = voice_of(request.user, asked, kind)
    speaker = request.user if voice is None or voice.giver is None else voice.giver
    may_decide = (
        preview is not None
        and asked.requester_id != request.user.pk
        and voice is not None
        and request.user.pk not in {decision.decider_id for decision in decisions}
        and not has_spoken(asked, speaker)
    )
    context = {
        "asked": asked,
        "kind": kind,
        "preview": preview,
        "rows": _rows(request, preview),
        "decisions": decisions,
        "may_decide": may_decide,
        "giver": voice.giver if voice else None,
        "shows_pace": has(request.user, Permission.APPROVAL_DECIDE),
        "may_withdraw": asked.requester_id == request.user.pk and asked.is_open,
        "form": DecisionForm(auto_id="decision_%s"),
        "waiting": access.place_among_waiting(request.user, asked),
    }
    return render(request, "people/approvals/detail.html", context)


@login_required
@require_POST
def decide(request: SignedIn, request_id: UUID) -> HttpResponseBase:
    asked = access.get_request(request.user, request_id)
    if action_of(asked.action).grave:
        return _decide_after_step_up(request, request_id)
    return _decide(request, request_id)


def _decide(request: SignedIn, request_id: UUID) -> HttpResponse:
    asked = access.get_request(request.user, request_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        for problem in form.errors.get("reason", []):
            messages.error(request, str(problem))
        return redirect("people:approval", request_id)
    try:
        outcome = services.decide(
            actor=request.user,
            request=asked,
            verdict=Verdict(form.cleaned_data["verdict"]),
            reason=form.cleaned_data["reason"],
        )
    except services.NotDecidable as problem:
        messages.error(request, str(problem))
        return redirect("people:approval", request_id)
    _say(request, State(outcome.state))
    return redirect("people:approval", request_id)


_decide_after_step_up = step_up_required(_decide)


@login_required
@require_POST
def withdraw(request: SignedIn, request_id: UUID) -> HttpResponse:
    asked = access.get_request(request.user, request_id)
    try:
        services.withdraw(actor=request.user, request=asked)
    except services.NotDecidable as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("people:approval", request_id)


def _say(request: HttpRequest, state: State) -> None:
    said = {
        State.PENDING: _("Your approval is noted; others are still needed."),
        State.CARRIED_OUT: _("Approved and carried out."),
        State.REFUSED: _("The request is refused."),
        State.VOID: _("Nothing was done: what was asked for has changed since. It has to be asked for anew."),
    }
    tell = messages.warning if state == State.VOID else messages.success
    tell(request, said[state])


class RowsShown:
    """A stretch of a preview's table; the table can hold every record that is to be destroyed."""

    def __init__(self, preview: Preview, start: int) -> None:
        shown = preview.rows[start : start + ROWS_SHOWN]
        self.rows = [list(zip_longest(preview.columns, row, fillvalue="")) for row in shown]
        self.previous = str(max(start - ROWS_SHOWN, 0)) if start else ""
        self.next = str(start + ROWS_SHOWN) if start + ROWS_SHOWN < len(preview.rows) else ""


def _rows(request: HttpRequest, preview: Preview | None) -> RowsShown | None:
    if preview is None or not preview.rows:
        return None
    start = request.GET.get("after") or request.GET.get("before") or "0"
    return RowsShown(preview, int(start) if start.isdecimal() and len(start) < 9 else 0)
