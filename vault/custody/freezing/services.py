"""One person freezes, at once; two end it.

What a freeze stops: every key of the compartment is withheld, so that nothing in it is read, changed, added,
searched or exported, by anybody. What goes on: rotations, which open nothing, and destruction, since the
law's term for deleting does not wait for a freeze of ours.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.models import State as ApprovalState
from people.approvals.services import request_approval
from people.locks.standing import held_compartments
from people.roles.access import has
from people.roles.permissions import Permission
from vault.custody.freezing.codes import FreezeReason
from vault.keys import inventory
from vault.keys.freezing import freeze as lock
from vault.keys.freezing import frozen_among
from vault.records.access import get_book

ACTION = "keys.unlock"


class CannotThaw(Exception):
    """It is not frozen, or was asked for already; the text says which, for the page."""


@dataclass(frozen=True, slots=True)
class FreezeState:
    """What the pages show: since when, by whom and why, and the request that would end it."""

    entry: LogEntry | None
    reason: str
    by: User | None
    waiting: ApprovalRequest | None


def check_may_freeze(actor: User, compartment: UUID) -> None:
    """An officer any compartment, a manager their own book. Raises Refused."""
    if has(actor, Permission.KEY_FREEZE):
        if not inventory.compartments(among=[compartment], size=1):
            raise Refused(ObjectType.COMPARTMENT, compartment, Action.KEYS_LOCK)
        return
    get_book(actor, compartment, Permission.BOOK_MANAGE)


def freeze(*, actor: User, compartment: UUID, reason: FreezeReason) -> None:
    """In force for every process from its next access on. Raises Refused.

    The entry is committed first, by itself: the keyring demands one. Killed between the two, the page says
    that nothing is frozen.
    """
    check_may_freeze(actor, compartment)
    entry = Entry(
        action=Action.KEYS_LOCK,
        object_type=ObjectType.COMPARTMENT,
        object_id=compartment,
        subjects=(compartment,),
        reason=reason.value,
    )
    lock(record_read(entry), compartment)


@transaction.atomic
def ask_to_thaw(*, actor: User, compartment: UUID, reason: str) -> ApprovalRequest:
    """Asks an officer. Raises Refused, CannotThaw, ValidationError for the reason."""
    check_may_freeze(actor, compartment)
    if not frozen_among([compartment]):
        raise CannotThaw(_("It is not frozen."))
    if held_compartments([compartment]):
        raise CannotThaw(_("It is locked: its freeze ends with the lock, in the case of the incident."))
    if waiting_for(compartment):
        raise CannotThaw(_("The end of the freeze has been asked for already and waits for its approval."))
    return request_approval(
        actor=actor, action=ACTION, params={"compartment": str(compartment)}, reason=reason
    )


def waiting_for(compartment: UUID) -> ApprovalRequest | None:
    """The open request to end this freeze."""
    found = ApprovalRequest.objects.filter(
        action=ACTION, state=ApprovalState.PENDING, params={"compartment": str(compartment)}
    )
    return next((request for request in found.order_by("-created_at") if request.is_open), None)


def state_of(compartment: UUID) -> FreezeState | None:
    """None while it is not frozen."""
    frozen = frozen_among([compartment]).get(compartment)
    if frozen is None:
        return None
    entry = LogEntry.objects.filter(pk=frozen.entry).first()
    actor = User.objects.filter(pk=entry.actor).first() if entry and entry.actor else None
    words = {code.value: code.label for code in FreezeReason}
    reason = str(words.get(entry.reason, "")) if entry else ""
    return FreezeState(entry, reason, actor, waiting_for(compartment))
