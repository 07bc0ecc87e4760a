"""Changing what a role asks of where and how its holder came in.

An administrator changes it in a staff session. What shuts people out holds at once; what lets more of them
in, into a role that opens data, waits for an officer. Nobody can lock the whole house out: of a role that
gives roles the asking administrator must still be let in from where they are, of one that decides on requests
somebody who holds it. For the rest there is `manage.py open_role`, at the console, which the log and every
officer hear of.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.accounts.system import system_account
from people.approvals.reasons import clean_reason
from people.approvals.services import request_approval
from people.notices.services import notify
from people.passkeys.ceremonies import passkeys_of
from people.roles.access import grants_giving, grants_in_force, has
from people.roles.composing.models import ChangeState
from people.roles.doors.effects import holders_of, is_within
from people.roles.doors.here import here_of
from people.roles.doors.models import LONGEST_GRACE, DoorChange, RoleDoor
from people.roles.doors.networks import is_part, lies_within, read_networks
from people.roles.models import Role
from people.roles.permissions import Permission
from people.roles.sets import set_of
from people.staffsessions.standing import in_staff_session

DOOR = "role.door"
OPENED = "role.door_opened"
RULING = (Permission.ROLE_MANAGE, Permission.APPROVAL_DECIDE)


class NotThat(Exception):
    """It cannot be demanded like that; the text says why, for the page."""


@transaction.atomic
@in_staff_session
def change_door(
    *, actor: User, role: Role, networks: str, passkey: bool, grace_days: int, reason: str
) -> DoorChange:
    """The role asks this from now on, or once an officer has agreed.

    Args:
        networks: one a line, in CIDR notation; empty: from everywhere.
        grace_days: after how many days a passkey is demanded of those who hold the role now.

    Raises NotThat, ValidationError for the reason, Refused without a staff session.
    """
    why = clean_reason(reason)
    if not has(actor, Permission.ROLE_MANAGE):
        raise NotThat(_("Only an administrator says what a role asks."))
    locked = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    if locked.retired_at is not None:
        raise NotThat(_("This role has been retired."))
    if DoorChange.objects.filter(role=locked, state=ChangeState.PENDING).exists():
        raise NotThat(_("A change of what this role asks waits for an officer already."))
    former = RoleDoor.objects.filter(role=locked).first()
    read, begins = wanted(former, networks=networks, passkey=passkey, grace_days=grace_days)
    _check_ruling(actor, locked, read, begins)
    change = DoorChange.objects.create(role=locked, networks=read, passkey_from=begins, asked_by=actor)
    log_door(change, Action.ROLE_DOOR_ASK)
    if locked.opens_data and loosens(former, read, begins):
        request_approval(actor=actor, action=DOOR, params={"change": str(change.pk)}, reason=why)
    else:
        put_in_force(change)
    return change


def wanted(
    former: RoleDoor | None, *, networks: str, passkey: bool, grace_days: int
) -> tuple[list[str], datetime | None]:
    """What was typed, as it is kept. Raises NotThat."""
    return _networks(networks), _begins(former, passkey, grace_days)


def put_in_force(change: DoorChange) -> None:
    """In the caller's transaction: from the next request on."""
    change.state, change.decided_at = ChangeState.IN_FORCE, timezone.now()
    change.save(update_fields=["state", "decided_at", "approval"])
    RoleDoor.objects.update_or_create(
        role_id=change.role_id,
        defaults={"networks": change.networks, "passkey_from": change.passkey_from},
    )
    log_door(change, Action.ROLE_DOOR)


def loosens(former: RoleDoor | None, networks: list[str], passkey_from: datetime | None) -> bool:
    """Whether somebody could come in who could not before; the trigger of migration 0022 asks the same."""
    if former is None:
        return False
    if former.passkey_from is not None and (passkey_from is None or passkey_from > former.passkey_from):
        return True
    if not former.networks:
        return False
    return not networks or any(not is_part(one, former.networks) for one in networks)


@transaction.atomic
def break_open(role: Role) -> bool:
    """Everything that the role asks is given up, from the console of the machine: for a house that has locked
    itself out. Whether there was anything."""
    locked = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    if not RoleDoor.objects.filter(role=locked).exists():
        return False
    DoorChange.objects.filter(role=locked, state=ChangeState.PENDING).update(
        state=ChangeState.REFUSED, decided_at=timezone.now()
    )
    change = DoorChange.objects.create(role=locked, asked_by=system_account())
    log_door(change, Action.ROLE_DOOR_BREAK)
    put_in_force(change)
    officers = grants_giving(Permission.APPROVAL_DECIDE).values("user")
    notify(OPENED, User.objects.filter(pk__in=officers))
    return True


def log_door(change: DoorChange, action: Action) -> None:
    """How much is asked, not from where: the networks stand in the row."""
    asked = [f"networks-{len(change.networks)}"] + (["passkey"] if change.passkey_from else [])
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.ROLE,
            object_id=change.role.id,
            fields=(change.role_id, *asked),
        )
    )


def _networks(text: str) -> list[str]:
    try:
        return read_networks(text)
    except ValueError as problem:
        said = str(problem)
    if said == "everything":
        raise NotThat(_("Together these are every address: leave the list empty instead."))
    if said == "many":
        raise NotThat(_("These are too many networks."))
    raise NotThat(_("“%(text)s” is no network.") % {"text": said[:60]})


def _begins(former: RoleDoor | None, passkey: bool, grace_days: int) -> datetime | None:
    """What is demanded already goes on: asking for it again makes nobody's time longer."""
    if not passkey:
        return None
    if not 0 <= grace_days <= LONGEST_GRACE:
        raise NotThat(_("At most %(days)d days of grace.") % {"days": LONGEST_GRACE})
    begins = timezone.now() + timedelta(days=grace_days)
    return min(begins, former.passkey_from) if former and former.passkey_from else begins


def _check_ruling(actor: User, role: Role, networks: list[str], begins: datetime | None) -> None:
    """Raises NotThat where nobody could change it back by the pages."""
    given = set_of(role.code)
    if Permission.ROLE_MANAGE in given and grants_in_force().filter(user=actor, role=role).exists():
        here = here_of(actor.pk)
        if networks and (here is None or not lies_within(here.address, networks)):
            raise NotThat(_("You would lock yourself out: your own network is not among them."))
    if not any(permission in given for permission in RULING):
        return
    holders = list(holders_of(role.code))
    if networks and holders and not any(is_within(one, networks) for one in holders):
        raise NotThat(_("Nobody who holds this role is signed in from one of these networks now."))
    if begins is not None and holders and not any(passkeys_of(one) for one in holders):
        raise NotThat(_("Nobody who holds this role has a passkey: one of them adds one first."))
