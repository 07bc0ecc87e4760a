"""Clients of Ming's and of others, saved as the pages save them."""

from audit.origin import Origin, acting_as
from people.accounts.models import User
from vault.intake.models import EnquiryBasis
from vault.intake.services import Taken, take_in
from vault.purposes.codes import Channel
from vault.purposes.notices.services import record_delivery
from vault.records.drafts import ClientDraft
from vault.records.models import Client, ClientBook
from vault.records.saving import Added
from vault.records.services import create_clients

PHONE = "+8613800138000"
LI = {"name": "李小明", "phone": PHONE}


def save(book: ClientBook, values: dict[str, str], *, by: User, kind: str = "person") -> Added:
    with acting_as(Origin(actor=by.pk)):
        return create_clients(actor=by, book_id=book.pk, drafts=[ClientDraft(kind, values)], assigned=by)


def owned(book: ClientBook, values: dict[str, str] | None = None, *, by: User) -> Client:
    [made] = save(book, values or LI, by=by)
    return Client.objects.select_related("book").get(pk=made)


def taken(
    book: ClientBook, values: dict[str, str] | None = None, *, by: User, another: bool = False
) -> Taken:
    with acting_as(Origin(actor=by.pk)):
        return take_in(
            actor=by,
            book_id=book.pk,
            draft=ClientDraft("person", values or LI),
            basis=EnquiryBasis.CONTRACT,
            another=another,
        )


def told(client: Client, *, by: User) -> None:
    """The notice in force is given on paper."""
    with acting_as(Origin(actor=by.pk)):
        record_delivery(actor=by, client_id=client.pk, channel=Channel.PAPER)
