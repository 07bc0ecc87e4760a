"""Asking, opening the preview, deciding, carrying out. Each is one transaction with its log entry."""

import re
import uuid
from collections.abc import Sequence
from contextlib import nullcontext

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.origin import on_behalf_of
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.beforehand import standing_for, use_up
from people.approvals.deciders import deciders
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening, State, Verdict
from people.approvals.reasons import clean_reason
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview, action_of
from people.approvals.voices import Voice, has_spoken, voice_of
from people.locks.standing import is_locked
from people.notices.services import notify
from people.roles.access import has
from people.standing.models import StandingApproval

# An id, a code or a date: no blanks, no letters beyond ASCII, so no name and no sentence fits.
_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]{1,64}\Z")


class NotDecidable(Exception):
    """The request cannot be decided by this person now; the text says why, for the page."""


def check_params(params: Params) -> dict[str, object]:
    """The parameters, ready for JSON. Raises ValueError on anything that is not an id, a code or a number."""
    checked: dict[str, object] = {}
    for name, value in params.items():
        words: Sequence[object] = [value] if isinstance(value, str | int) else value
        if not all(isinstance(word, int) or (isinstance(word, str) and _PLAIN.match(word)) for word in words):
            raise ValueError(f"Approval parameter {name} must hold ids and codes only.")
        checked[name] = value if isinstance(value, str | int) else list(value)
    return checked


@transaction.atomic
def request_approval(*, actor: User, action: str, params: Params, reason: str) -> ApprovalRequest:
    """Asks for `action`. The caller has checked that the actor may ask for this; here only that they may
    ask for such a thing at all. What was approved beforehand is carried out at once.

    Raises Refused, ValidationError for the reason, KeyError for an unknown action, CannotCarryOut when it is
    impossible.
    """
    kind = action_of(action)
    if kind.asked_by and not any(has(actor, permission) for permission in kind.asked_by):
        lacking = tuple(permission.value for permission in kind.asked_by)
        raise Refused(ObjectType.APPROVAL, None, Action.APPROVAL_REQUEST, fields=lacking)
    now = timezone.now()
    request = ApprovalRequest.objects.create(
        action=kind.code,
        params=check_params(params),
        preview_digest=kind.preview(params).digest,
        requester=actor,
        reason=clean_reason(reason),
        quorum=kind.quorum,
        created_at=now,
        expires_at=now + kind.expires_after,
    )
    _log(request, Action.APPROVAL_REQUEST)
    standing = standing_for(request, kind)
    if standing is not None:
        _carry_out_beforehand(request, kind, standing)
    else:
        notify("approval.asked", deciders(request), object_id=request.pk)
    return request


@transaction.atomic
def open_preview(*, actor: User, request: ApprovalRequest) -> Preview | None:
    """The preview as asked for, noting that the actor had it on the screen.

    None when the request is closed or reality has moved on: then there is nothing exact to show any more,
    and a pending request becomes void.
    """
    locked = _locked(request.pk)
    if locked.state != State.PENDING:
        return None
    try:
        preview = action_of(locked.action).preview(locked.params)
    except CannotCarryOut:
        preview = None
    if preview is None or preview.digest != bytes(locked.preview_digest):
        _close(locked, State.VOID)
        return None
    PreviewOpening.objects.get_or_create(request=locked, person=actor, digest=locked.preview_digest)
    _log(locked, Action.APPROVAL_OPEN)  # each look at it, not only the first
    return preview


@transaction.atomic
def decide(*, actor: User, request: ApprovalRequest, verdict: Verdict, reason: str) -> ApprovalRequest:
    """Approves or refuses; with the last approval needed, carries out. Returns the request in its new state.

    The row lock makes deciders queue; the unique constraint gives each one voice; the triggers refuse the
    requester's own, one without the opened preview, and one too late. Raises NotDecidable, ValidationError.
    """
    why = clean_reason(reason)
    locked = _locked(request.pk)
    kind = action_of(locked.action)
    voice = _voice(locked, kind, actor)
    opening = _check_decidable(locked, actor, voice)
    with nullcontext() if voice.giver is None else on_behalf_of(voice.giver.pk):
        ApprovalDecision.objects.create(
            request=locked,
            decider=actor,
            decided_for=voice.giver,
            verdict=verdict,
            reason=why,
            preview_opened_at=opening.at,
        )
        _log(locked, Action.APPROVAL_APPROVE if verdict == Verdict.APPROVE else Action.APPROVAL_REFUSE)
        if verdict == Verdict.REFUSE:
            _close(locked, State.REFUSED)
        elif locked.decisions.filter(verdict=Verdict.APPROVE).count() >= locked.quorum:
            _carry_out(locked, kind, actor)
    return locked


@transaction.atomic
def withdraw(*, actor: User, request: ApprovalRequest) -> ApprovalRequest:
    """The requester takes the request back. Raises NotDecidable when it is somebody else's or closed."""
    locked = _locked(request.pk)
    if locked.requester_id != actor.pk or locked.state != State.PENDING:
        raise NotDecidable(_("Only an open request can be withdrawn, and only by its requester."))
    _close(locked, State.WITHDRAWN)
    return locked


def expire_due() -> int:
    """Closes the requests whose time is over; returns how many. Safe to run at any time, any number of
    times."""
    count = 0
    due = ApprovalRequest.objects.filter(state=State.PENDING, expires_at__lte=timezone.now())
    for pk in due.values_list("pk", flat=True):
        with transaction.atomic():
            locked = _locked(pk)
            if locked.state == State.PENDING:
                _close(locked, State.EXPIRED)
                count += 1
    return count


def _locked(pk: uuid.UUID) -> ApprovalRequest:
    return ApprovalRequest.objects.select_for_update().get(pk=pk)


def _voice(request: ApprovalRequest, kind: ApprovableAction, actor: User) -> Voice:
    if request.requester_id == actor.pk:
        raise NotDecidable(_("Nobody decides on their own request."))
    voice = voice_of(actor, request, kind)
    if voice is None:
        raise NotDecidable(_("You may not decide on this request."))
    return voice


def _check_decidable(request: ApprovalRequest, actor: User, voice: Voice) -> PreviewOpening:
    if not request.is_open:
        raise NotDecidable(_("This request is closed."))
    if is_locked(request.requester_id):
        raise NotDecidable(_("Who asked is locked. The request waits until that has ended."))
    if request.decisions.filter(decider=actor).exists():
        raise NotDecidable(_("You have decided on this request already."))
    if has_spoken(request, voice.giver or actor):
        raise NotDecidable(_("This voice was given already: one of you has decided for both."))
    opening = PreviewOpening.objects.filter(
        request=request, person=actor, digest=bytes(request.preview_digest)
    ).first()
    if opening is None:
        raise NotDecidable(_("Open the exact preview first."))
    return opening


def _carry_out(request: ApprovalRequest, kind: ApprovableAction, actor: User) -> None:
    """As approved, or not at all. Whatever `carry_out` began before it gave up is rolled back to the
    savepoint."""
    if not kind.still_valid(request.params, bytes(request.preview_digest)):
        _close(request, State.VOID)
        return
    request.state, request.decided_at = State.APPROVED, timezone.now()
    request.save(update_fields=["state", "decided_at"])
    _finish(request, kind, actor)


def _carry_out_beforehand(
    request: ApprovalRequest, kind: ApprovableAction, standing: StandingApproval
) -> None:
    """As with the last decision, but its giver decided before: each entry names both."""
    use_up(standing)
    request.state, request.decided_at, request.standing = State.APPROVED, timezone.now(), standing
    request.save(update_fields=["state", "decided_at", "standing"])
    with on_behalf_of(standing.given_by_id):
        _log(request, Action.APPROVAL_BEFOREHAND)
        _finish(request, kind, standing.given_by)


def _finish(request: ApprovalRequest, kind: ApprovableAction, actor: User) -> None:
    try:
        with transaction.atomic():
            kind.carry_out(request, actor)
    except CannotCarryOut:
        _close(request, State.VOID)
        return
    request.state = State.CARRIED_OUT
    request.save(update_fields=["state"])
    _log(request, Action.APPROVAL_CARRY_OUT)
    if request.standing is None:  # else its requester has it already, in the answer
        _tell_requester(request)


_CLOSING = {
    State.VOID: Action.APPROVAL_VOID,
    State.EXPIRED: Action.APPROVAL_EXPIRE,
    State.WITHDRAWN: Action.APPROVAL_WITHDRAW,
}


def _close(request: ApprovalRequest, state: State) -> None:
    request.state, request.decided_at = state, timezone.now()
    request.save(update_fields=["state", "decided_at"])
    action_of(request.action).refused(request)
    if state in _CLOSING:  # a refusal has its entry already: the decision's
        _log(request, _CLOSING[state])
    if state != State.WITHDRAWN:
        _tell_requester(request)


def _tell_requester(request: ApprovalRequest) -> None:
    notify("approval.decided", [request.requester], object_id=request.pk)


def _log(request: ApprovalRequest, action: Action) -> None:
    record_change(Entry(action=action, object_type=ObjectType.APPROVAL, object_id=request.pk))
