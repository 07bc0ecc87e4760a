"""Giving and taking roles. What the database refuses anyway is refused here first, with a sentence."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import Kind, User
from people.accounts.system import SYSTEM_ID
from people.approvals.services import request_approval
from people.notices.services import notify
from people.roles.access import forget, grants_in_force, has
from people.roles.builtin import FOR_OUTSIDE
from people.roles.limits import deal_choices
from people.roles.models import LIVE, GrantState, Role, RoleCode, RoleGrant
from people.roles.permissions import Duty, Permission
from people.shielding import Act, why_waits
from people.staffsessions.standing import at_request, in_staff_session

CHANGED = "role.changed"  # the notice to its person


class NotGrantable(Exception):
    """The role cannot be given or taken; the text says why, for the page."""


@transaction.atomic
@in_staff_session
def grant_role(
    *,
    actor: User,
    person: User,
    role: str,
    reason: str,
    valid_until: datetime | None = None,
    for_deal: UUID | None = None,
) -> RoleGrant:
    """Gives a role. One that opens data waits for an officer (see approval.py); any other is in force at
    once.

    Raises NotGrantable, and ValidationError for the reason.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    given = Role.objects.select_for_update(no_key=True).get(code=role)
    _check_grantable(actor, person, given, valid_until)
    _check_limits(given, valid_until, for_deal)
    state = GrantState.PENDING if given.opens_data else GrantState.ACTIVE
    grant = RoleGrant.objects.create(
        user=person, role=given, state=state, granted_by=actor, valid_until=valid_until, for_deal=for_deal
    )
    log_grant(grant, Action.ROLE_GRANT)
    if given.opens_data:
        request_approval(actor=actor, action="role.grant", params={"grant": str(grant.pk)}, reason=reason)
    else:
        notify(CHANGED, [person])
    forget(person)
    return grant


def revoke_role(*, actor: User, grant: RoleGrant, agreed: bool = False) -> None:
    """Takes a role back, at once.

    Args:
        agreed: somebody agreed that it is taken from a person who is shielded (people.shielding). It was
            asked for in a staff session, and the word of that other one carries it out.

    Raises NotGrantable for one's own, an ended one, the last officer's, and where it waits for that. What was
    agreed to was asked for by somebody who might then: an administrator here, or a review of access.
    """
    with nullcontext() if agreed else at_request(actor):
        words = _revoke(actor, grant, agreed=agreed)
    if words is not None:
        raise NotGrantable(words)


@transaction.atomic
def _revoke(actor: User, grant: RoleGrant, *, agreed: bool) -> str | None:
    """Why it waits; None once the role is taken."""
    if not agreed and not has(actor, Permission.ROLE_MANAGE):
        raise NotGrantable(_("Only an administrator gives and takes roles."))
    return _end(actor, grant, agreed=agreed)


@transaction.atomic
def end_by_review(*, actor: User, grant: RoleGrant) -> str | None:
    """Takes a role that a review of access did not keep: by an officer's decision, or by the house when its
    time is over. It is the review's act and no administrator's, so no staff session is asked for.

    Returns why it waits, where its person is shielded; None once the role is taken. Raises NotGrantable as
    `revoke_role`.
    """
    return _end(actor, grant, agreed=False)


def _end(actor: User, grant: RoleGrant, *, agreed: bool) -> str | None:
    locked = RoleGrant.objects.select_for_update().select_related("user", "role").get(pk=grant.pk)
    if locked.state not in LIVE:
        raise NotGrantable(_("This role has ended already."))
    if locked.user_id == actor.pk:
        raise NotGrantable(_("Nobody takes their own role; another administrator does."))
    check_not_last_officer(locked.user)
    if not agreed:
        params = {"grant": str(locked.pk)}
        words = why_waits(actor=actor, person_id=locked.user_id, act=Act.ROLE_REVOKE, params=params)
        if words is not None:
            return words
    end_grant(locked, GrantState.REVOKED)
    notify(CHANGED, [locked.user])
    log_grant(locked, Action.ROLE_REVOKE)
    return None


def end_grant(grant: RoleGrant, state: GrantState) -> None:
    """Brings a live grant to its end. The caller logs."""
    grant.state, grant.ended_at = state, timezone.now()
    grant.save(update_fields=["state", "ended_at"])


def grant_first_role(*, person: User, role: RoleCode) -> RoleGrant:
    """The first administrator's and the first officer's role, given by the house itself; see first_links."""
    grant = RoleGrant.objects.create(
        user=person, role_id=role, state=GrantState.ACTIVE, granted_by_id=SYSTEM_ID
    )
    log_grant(grant, Action.ROLE_GRANT)
    forget(person)
    return grant


def holds_in_force(role: RoleCode) -> bool:
    """Whether anybody holds the role now."""
    return grants_in_force().filter(role_id=role).exists()


def check_not_last_officer(person: User) -> None:
    """Raises NotGrantable when the house would be left without an officer.

    Otherwise an administrator could remove the officers, and have the first-officer link printed anew. The
    lock makes two such removals queue, so that two officers cannot be removed at the same moment.
    """
    officers = grants_in_force().filter(role_id=RoleCode.COMPLIANCE_OFFICER)
    holders = {grant.user_id for grant in officers.select_for_update(of=("self",)).order_by("pk")}
    if holders == {person.pk}:
        raise NotGrantable(_("The last compliance officer cannot be removed; appoint another one first."))


def _check_grantable(actor: User, person: User, role: Role, valid_until: datetime | None) -> None:
    if not has(actor, Permission.ROLE_MANAGE):
        raise NotGrantable(_("Only an administrator gives and takes roles."))
    if person.pk == actor.pk:
        raise NotGrantable(_("Nobody gives a role to themselves."))
    if not person.is_active:
        raise NotGrantable(_("This account is disabled."))
    if role.retired_at is not None:
        raise NotGrantable(_("This role has been retired."))
    if person.kind == Kind.SERVICE or (person.kind == Kind.OUTSIDE and role.code not in FOR_OUTSIDE):
        raise NotGrantable(_("This kind of account cannot hold this role."))
    if role.code == RoleCode.COUNSEL and person.kind != Kind.OUTSIDE:
        raise NotGrantable(_("Outside counsel is nobody of the house."))
    if role.code in FOR_OUTSIDE and valid_until is None:
        raise NotGrantable(_("The role of somebody from outside needs an end date."))
    if valid_until is not None and valid_until <= timezone.now():
        raise NotGrantable(_("The end must lie in the future."))
    live = RoleGrant.objects.filter(user=person, state__in=LIVE).select_related("role")
    if any(grant.role_id == role.code for grant in live):
        raise NotGrantable(_("The person has this role already, or it waits for an officer."))
    if any((grant.role.duty == Duty.ADMIN) != (role.duty == Duty.ADMIN) for grant in live):
        raise NotGrantable(_("Nobody is an administrator and has another role at the same time."))
    if any((grant.role.duty == Duty.AUDIT) != (role.duty == Duty.AUDIT) for grant in live):
        raise NotGrantable(_("Whoever audits holds no role of another duty at the same time."))


def _check_limits(role: Role, valid_until: datetime | None, for_deal: UUID | None) -> None:
    if role.longest_days is not None:
        last = timezone.now() + timedelta(days=role.longest_days + 1)  # to the end of the last day
        if valid_until is None or valid_until > last:
            raise NotGrantable(
                _("This role is given for at most %(n)s days: name its end.") % {"n": role.longest_days}
            )
    if for_deal is None:
        return
    if role.duty != Duty.BUSINESS:
        raise NotGrantable(_("Only a role of business is given for one deal."))
    if for_deal not in dict(deal_choices()):
        raise NotGrantable(_("There is no such deal."))


def log_grant(grant: RoleGrant, action: Action) -> None:
    """In the caller's transaction."""
    record_change(
        Entry(action=action, object_type=ObjectType.ROLE_GRANT, object_id=grant.pk, subjects=(grant.user_id,))
    )
