"""The hour: what somebody held goes to others, what was open to them ends, and a new job begins, in one
transaction. Before its commit everybody sees all of the old, after it all of the new, and a worker that is
killed in the middle has done nothing.
"""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.actions import Action
from audit.origin import Origin, acting_as, current_origin
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID, system_account
from people.duties.models import NdaSignature
from people.duties.services import revoke_nda
from people.locks.ending import end_all
from people.notices.services import notify
from people.roles.access import forget
from people.roles.models import LIVE, GrantState, RoleCode, RoleGrant
from people.roles.services import CHANGED, end_grant, log_grant
from people.staffing.checklist import is_complete
from people.staffing.codes import Kind, State
from people.staffing.entries import log
from people.staffing.errors import NotNow
from people.staffing.estate import Estate, Thing, end_everything, estates
from people.staffing.lasts import check_may_go, check_officers
from people.staffing.models import StaffChange

UNOWNED = "staffing.unowned"


def carry_out_due() -> int:
    """Every change whose hour has come, each in a transaction of its own; how many. Safe to run twice, and at
    the same time."""
    due = StaffChange.objects.filter(state=State.SET, happens_at__lte=timezone.now())
    done = 0
    for change_id, planner in list(due.order_by("happens_at").values_list("pk", "planned_by")):
        with acting_as(Origin(actor=SYSTEM_ID, on_behalf_of=planner)), suppress(NotNow):
            done += carry_out(change_id=change_id)  # who is the last officer by now stays, and Today says so
    return done


@transaction.atomic
def carry_out(*, change_id: UUID) -> bool:
    """Whether it happened now: another worker may be at it, or it was called off. Raises NotNow for who is
    the last officer or administrator by now.

    Every entry of it has the change's id as its request: the log shows it as one case.
    """
    rows = StaffChange.objects.select_for_update(of=("self",), skip_locked=True)
    change = rows.filter(pk=change_id, state=State.SET, happens_at__lte=timezone.now()).first()
    if change is None:
        return False
    with acting_as(replace(current_origin(), request=change.pk)):
        person = User.objects.select_for_update().get(pk=change.person_id)
        change.person = person
        if change.kind == Kind.JOIN:
            return _join(change)
        _check(change)
        house = system_account()
        _hand_over(change, house)
        if change.leaves:
            _close(person)
        end_all(actor=house, person=person)
        end_everything(actor=house, person=person)
        _end_roles(person)
        if not change.leaves:
            _begin_job(change)
        forget(person)
        change.state, change.ended_at = State.DONE, timezone.now()
        change.save(update_fields=["state", "ended_at"])
        log(change, Action.STAFFING_DONE, change.kind)
    return True


def _join(change: StaffChange) -> bool:
    """Once everything that is owed is done; until then it is asked again each minute."""
    if not is_complete(change) or not change.person.is_active:
        return False
    _begin_job(change)
    forget(change.person)
    change.state, change.ended_at = State.DONE, timezone.now()
    change.save(update_fields=["state", "ended_at"])
    log(change, Action.STAFFING_DONE, change.kind)
    return True


def _check(change: StaffChange) -> None:
    if change.leaves:
        check_may_go(change.person)
    elif RoleCode.COMPLIANCE_OFFICER.value not in change.roles:
        check_officers(change.person)


def _hand_over(change: StaffChange, house: User) -> None:
    """To who was named, else to the lead, else to somebody who can; asked anew, since more may have come."""
    named = {(one.kind, one.thing): one.to_id for one in change.successions.all()}
    for code, estate in estates().items():
        for thing in estate.things(change.person):
            to = _heir(change, estate, thing, named.get((code, thing.id)))
            if to is None and not thing.may_lapse:
                log(change, Action.STAFFING_UNOWNED, code)
                notify(UNOWNED, [change.lead, change.planned_by], object_id=change.pk)
                continue
            estate.give(actor=house, person=change.person, thing=thing.id, to=to)


def _heir(change: StaffChange, estate: Estate, thing: Thing, named: UUID | None) -> User | None:
    heirs = estate.heirs(change.person, thing.id)
    wanted = {user.pk: user for user in heirs.filter(pk__in=[pk for pk in (named, change.lead_id) if pk])}
    found = wanted.get(named) if named else None
    return found or wanted.get(change.lead_id) or (None if thing.may_lapse else heirs.first())


def _close(person: User) -> None:
    """As `disable_person`; and no session that is being written at this moment is ever theirs again."""
    person.is_active, person.disabled_at = False, timezone.now()
    User.objects.filter(pk=person.pk).update(
        is_active=False, disabled_at=person.disabled_at, session_mark=F("session_mark") + 1
    )


def _end_roles(person: User) -> None:
    for grant in RoleGrant.objects.select_for_update().filter(user=person, state__in=LIVE).order_by("pk"):
        end_grant(grant, GrantState.REVOKED)
        log_grant(grant, Action.ROLE_REVOKE)


def _begin_job(change: StaffChange) -> None:
    assert change.approval is not None
    assert change.job is not None
    decision = change.approval.decisions.filter(verdict="approve").latest("decided_at")
    for code in sorted(change.roles):
        grant = RoleGrant.objects.create(
            user=change.person,
            role_id=code,
            state=GrantState.ACTIVE,
            granted_by_id=change.approval.requester_id,
            confirmed_by_id=decision.decider_id,
        )
        log_grant(grant, Action.ROLE_GRANT)
    if change.kind == Kind.MOVE and change.job.signs_anew:
        for signature in NdaSignature.objects.filter(
            person=change.person, deal_id__isnull=True, revoked_at__isnull=True
        ):
            revoke_nda(actor=system_account(), signature=signature)
    notify(CHANGED, [change.person])
