"""Taking a client in from a chat, and completing it afterwards."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.intake.models import EnquiryBasis, Intake
from vault.purposes.notices.services import is_told
from vault.records.access import get_client, may_open, which_clients
from vault.records.drafts import ClientDraft
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.services import create_clients, known_to

COMPLETE_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Taken:
    """The new client; or none, because a colleague has it (`owned`), or the person has or may take it.

    `known`: such clients in the person's own books, in either case.
    """

    client: Client | None = None
    owned: bool = False
    known: list[Client] = field(default_factory=list)


@transaction.atomic
def take_in(
    *, actor: User, book_id: UUID, draft: ClientDraft, basis: EnquiryBasis, another: bool = False
) -> Taken:
    """Save a client from an enquiry, to be completed within three days.

    `another`: the person has looked at their own clients that match, or those in the pool, and says that this
    one is somebody else. A colleague's client stays the colleague's whatever they say.

    Raises:
        Refused: no such book for this person.
        LogUnavailable, KeyWithheld: nothing was saved.
    """
    added = create_clients(actor=actor, book_id=book_id, drafts=[draft], assigned=actor, another=another)
    if added[0] is None:
        return Taken(owned=bool(added.owned), known=known_to(actor=actor, added=added))
    client = get_client(actor, added[0])
    client.complete_by = timezone.now() + COMPLETE_WITHIN
    Client.objects.filter(pk=client.pk).update(complete_by=client.complete_by)
    Intake.objects.create(client=client, taken_by=actor, basis=basis)
    return Taken(client=client)


@transaction.atomic
def complete(*, actor: User, client_id: UUID) -> None:
    """The client was told and the record is complete: it may be revealed from now on.

    That the notice was given is read from its record, and is nobody's say-so (PIPL 17: before handling).

    Raises:
        Refused: no such client for this person, or it does not come from a chat.
        NotPossible: nothing says how to reach the client, or that the notice was given.
    """
    client = get_client(actor, client_id, Permission.CLIENT_EDIT)
    intake = Intake.objects.select_for_update().filter(client=client, completed_at__isnull=True).first()
    if intake is None or not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.INTAKE_COMPLETE)
    # Whether the group is there is seen without opening it; an emptied one is not.
    if client.__dict__["contact"] is None:
        raise NotPossible(_("Nothing says how to reach this client. Add a phone number, e-mail or address."))
    if not is_told(client):
        raise NotPossible(
            _("No record says that this client was given the notice. Send its link, or note how you gave it.")
        )
    intake.completed_by, intake.completed_at = actor, timezone.now()
    intake.save(update_fields=["completed_by", "completed_at"])
    Client.objects.filter(pk=client_id).update(complete_by=None)
    record_change(
        Entry(
            action=Action.INTAKE_COMPLETE,
            object_type=ObjectType.CLIENT,
            object_id=client_id,
            subjects=(client_id,),
            reason=intake.basis,
        )
    )


def unfinished(user: User, among: "QuerySet[Client] | None" = None) -> "QuerySet[Client]":
    """Clients from chats that nobody has completed, the most urgent first: the person's own, and of nobody's
    those that they took in. `among`: instead of all that they may change."""
    found = which_clients(user, Permission.CLIENT_EDIT) if among is None else among
    mine = Q(assigned=user) | Q(assigned__isnull=True, intake__taken_by=user)
    waiting = found.filter(mine, intake__completed_at__isnull=True, complete_by__isnull=False)
    return waiting.order_by("complete_by")
