"""Planning that somebody leaves or comes to another job, and calling it off."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import Kind as Account
from people.accounts.models import User
from people.accounts.services import make_account
from people.approvals.reasons import clean_reason
from people.notices.services import notify
from people.roles.access import grants_in_force, has
from people.roles.models import Role, RoleCode
from people.roles.permissions import Permission
from people.shielding import Act, why_waits
from people.staffing.access import leads_for
from people.staffing.carrying import carry_out
from people.staffing.codes import OPEN, Kind, State
from people.staffing.entries import log
from people.staffing.errors import NotNow
from people.staffing.estate import tell_leaving
from people.staffing.joining import end_join
from people.staffing.lasts import check_may_go, check_officers
from people.staffing.models import Job, StaffChange
from people.staffsessions.standing import at_request

LEAVING = "staffing.leaving"


def plan_leave(*, actor: User, person: User, lead: User, reason: str, at: datetime | None) -> StaffChange:
    """Somebody leaves at an hour, or at once (`at` None): then all that they hold goes to `lead`.

    The caller's gate said that the actor plans. An administrator does it within a staff session. Where the
    person is shielded (people.shielding), it waits, in the state HELD.

    Raises NotNow, ValidationError for the reason, Refused without a staff session.
    """
    with _at_request(actor), transaction.atomic():
        check_may_go(person)
        change = _begin(actor, person, lead, clean_reason(reason), at, kind=Kind.LEAVE)
        if not _is_held(actor, change):
            _leave(change, at_once=at is None)
    return change


def _is_held(actor: User, change: StaffChange) -> bool:
    """Whether it waits for an officer, since its person is shielded."""
    params = {"change": str(change.pk)}
    act = Act.PERSON_DISABLE if change.leaves else Act.ROLE_REVOKE
    if why_waits(actor=actor, person_id=change.person_id, act=act, params=params) is None:
        return False
    change.state = State.HELD
    change.save(update_fields=["state"])
    return True


@transaction.atomic
def go_on(change: StaffChange) -> None:
    """What was held goes on: somebody agreed that it is done to a person who is shielded. A leaving whose
    hour has passed meanwhile happens now."""
    locked = StaffChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if locked.state != State.HELD:
        return
    locked.state = State.PLANNED
    locked.save(update_fields=["state"])
    if locked.leaves:
        _leave(locked, at_once=locked.happens_at <= timezone.now())


def _leave(change: StaffChange, *, at_once: bool) -> None:
    """From this note on the watch looks at what the person takes along."""
    tell_leaving(actor=change.planned_by, person=change.person)
    if not at_once:
        notify(LEAVING, [change.person, change.lead], object_id=change.pk)
        return
    change.state = State.SET
    change.save(update_fields=["state"])
    log(change, Action.STAFFING_SETTLE)
    carry_out(change_id=change.pk)
    change.refresh_from_db()


def plan_move(*, actor: User, person: User, lead: User, job: Job, reason: str, at: datetime) -> StaffChange:
    """Somebody comes to another job at an hour: an officer agrees to it once it is settled who gets what.

    Raises NotNow, ValidationError for the reason, Refused without a staff session.
    """
    with _at_request(actor), transaction.atomic():
        roles = _roles_of(job, person)
        change = _begin(actor, person, lead, clean_reason(reason), at, kind=Kind.MOVE, job=job, roles=roles)
        _is_held(actor, change)
    return change


def plan_join(
    *,
    actor: User,
    username: str,
    display_name: str,
    email: str,
    language: str,
    lead: User,
    job: Job,
    reason: str,
    at: datetime,
) -> StaffChange:
    """Somebody new: an account that nobody is told of until an officer has agreed to the job.

    Raises NotNow, ValidationError for the fields and the reason, Refused without a staff session.
    """
    with _at_request(actor), transaction.atomic():
        person = make_account(username, display_name, email, Account.STAFF, language)
        roles = _roles_of(job, person)
        return _begin(actor, person, lead, clean_reason(reason), at, kind=Kind.JOIN, job=job, roles=roles)


def _roles_of(job: Job, person: User) -> list[str]:
    """What the person is to hold. Raises NotNow."""
    roles = sorted(job.roles.filter(retired_at__isnull=True).values_list("code", flat=True))
    if job.retired_at is not None or not roles:
        raise NotNow(_("This job has no roles, or is not given any more."))
    held = sorted(grants_in_force().filter(user=person).values_list("role_id", flat=True))
    if held == roles:
        raise NotNow(_("The person has exactly this job already."))
    if RoleCode.COMPLIANCE_OFFICER.value not in roles:
        check_officers(person)
    if Role.objects.filter(code__in=roles, longest_days__isnull=False).exists():
        raise NotNow(_("A role of this job is given for a limited time only: give it by itself."))
    return roles


@transaction.atomic
def call_off(*, actor: User, change: StaffChange) -> None:
    """It does not happen. The caller's gate said that the actor plans. Raises NotNow."""
    with _at_request(actor):
        locked = StaffChange.objects.select_for_update().get(pk=change.pk)
        if locked.state not in OPEN:
            raise NotNow(_("It is over already."))
        if locked.kind == Kind.JOIN:
            end_join(locked)
            return
        locked.state, locked.ended_at = State.CANCELLED, timezone.now()
        locked.save(update_fields=["state", "ended_at"])
        log(locked, Action.STAFFING_CANCEL)


def _begin(
    actor: User,
    person: User,
    lead: User,
    reason: str,
    at: datetime | None,
    *,
    kind: Kind,
    job: Job | None = None,
    roles: list[str] | None = None,
) -> StaffChange:
    locked = User.objects.select_for_update().get(pk=person.pk)  # two plans for one person queue
    if locked.pk == actor.pk:
        raise NotNow(_("Nobody plans this for themselves."))
    if locked.kind != Account.STAFF or not locked.is_active:
        raise NotNow(_("Only a colleague with an open account leaves or changes jobs."))
    if not leads_for(locked).filter(pk=lead.pk).exists():
        raise NotNow(_("Name a colleague who stays as the one who gets the rest."))
    if at is not None and at <= timezone.now():
        raise NotNow(_("The hour must lie in the future."))
    if StaffChange.objects.filter(person=locked, state__in=OPEN).exists():
        raise NotNow(_("Something is planned for this person already."))
    change = StaffChange.objects.create(
        kind=kind,
        person=locked,
        lead=lead,
        job=job,
        roles=roles or [],
        reason=reason,
        happens_at=at or timezone.now(),
        planned_by=actor,
    )
    log(change, Action.STAFFING_PLAN, kind.value, about=[lead])
    return change


def _at_request(actor: User) -> AbstractContextManager[None]:
    """An administrator's act names at whose request it is; an officer's is their own."""
    return nullcontext() if has(actor, Permission.APPROVAL_DECIDE) else at_request(actor)
