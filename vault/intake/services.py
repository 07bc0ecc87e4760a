"""Taking a client in from a chat, and completing it afterwards."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.intake.claims import known_to
from vault.intake.models import EnquiryBasis, Intake
from vault.records.access import get_book, get_client, may_open, which_clients
from vault.records.drafts import ClientDraft
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.services import create_clients

COMPLETE_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Taken:
    """The new client; or none, because somebody has it (`owned`) or it is in the person's books (`known`)."""

    client: Client | None = None
    owned: bool = False
    known: list[Client] = field(default_factory=list)


@transaction.atomic
def take_in(
    *, actor: User, book_id: UUID, draft: ClientDraft, basis: EnquiryBasis, another: bool = False
) -> Taken:
    """Save a client from an enquiry, to be completed within three days.

    `another`: the person has looked at the clients that match and says that this one is somebody else.

    Raises:
        Refused: no such book for this person.
        LogUnavailable, KeyWithheld: nothing was saved.
    """
    book = get_book(actor, book_id, Permission.CLIENT_CREATE)
    known = [] if another else known_to(actor=actor, book=book, values=draft.values)
    if known:
        return Taken(known=known)
    added = create_clients(actor=actor, book_id=book_id, drafts=[draft], assigned=actor)
    if added[0] is None:
        return Taken(owned=bool(added.owned))
    client = get_client(actor, added[0])
    client.complete_by = timezone.now() + COMPLETE_WITHIN
    Client.objects.filter(pk=client.pk).update(complete_by=client.complete_by)
    Intake.objects.create(client=client, taken_by=actor, basis=basis)
    return Taken(client=client)


@transaction.atomic
def complete(*, actor: User, client_id: UUID) -> None:
    """The person has given the notice and the record is complete: it may be revealed from now on.

    Raises:
        Refused: no such client for this person, or it does not come from a chat.
        NotPossible: nothing says how to reach the client.
    """
    client = get_client(actor, client_id, Permission.CLIENT_EDIT)
    intake = Intake.objects.select_for_update().filter(client=client, completed_at__isnull=True).first()
    if intake is None or not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.INTAKE_COMPLETE)
    # Whether the group is there is seen without opening it; an emptied one is not.
    if client.__dict__["contact"] is None:
        raise NotPossible(_("Nothing says how to reach this client. Add a phone number, e-mail or address."))
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


def unfinished(user: User) -> "QuerySet[Client]":
    """What the person took in and nobody has completed, the most urgent first."""
    mine = which_clients(user, Permission.CLIENT_EDIT).filter(
        intake__taken_by=user, intake__completed_at__isnull=True, complete_by__isnull=False
    )
    return mine.order_by("complete_by")
