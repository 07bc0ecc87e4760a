"""A day that the watch finds something in: the entries are made as people make them, and its rules do the
finding."""

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from compliance.anomalies.services import note_leaving
from compliance.demo.consents import publish
from compliance.demo.owning import COLLEAGUES_BOOK
from people.accounts.models import User
from vault.disclosures.models import Format
from vault.disclosures.services import Wanted, request_export
from vault.purposes.catalogue import Purpose, Reason
from vault.records.drafts import ClientDraft
from vault.records.errors import NotPossible
from vault.records.labels import Field, Group
from vault.records.models import Client, ClientBook, ClientKind, Source
from vault.records.reading import reveal_group, view_client
from vault.records.review.staleness import holds
from vault.records.services import create_clients

CALLED = 34  # clients called down the list in one go
LEAVERS = 1  # client of the colleague who leaves
OWN_CLIENT = {"name": "岑嘉木", "phone": "+8613500135003"}
TRIED = 12  # of somebody else's clients


def make_unusual_day(book: ClientBook, agent: User, colleague: User, officer: User) -> None:
    """The agent calls one client after another, the colleague tries doors and, once known to be leaving,
    asks for a list of their own clients."""
    clients = Client.objects.filter(book=book).order_by("-pk")[30:120]
    newest = [client.pk for client in clients if holds(client, Group.CONTACT)]
    with acting_as(Origin(actor=agent.pk)):
        for client in newest[:CALLED]:
            try:
                reveal_group(
                    actor=agent,
                    client_id=client,
                    group=Group.CONTACT,
                    purpose=Purpose.SERVICE,
                    reason=Reason.CALL,
                )
            except Refused as refused:
                record(refused)
            except NotPossible:
                continue
    with acting_as(Origin(actor=colleague.pk)):
        for client in newest[:TRIED]:
            try:
                view_client(actor=colleague, client_id=client)
            except Refused as refused:
                record(refused)
    with acting_as(Origin(actor=officer.pk)):
        note_leaving(actor=officer, person=colleague)
    own = ClientBook.objects.get(name=COLLEAGUES_BOOK)
    publish(own, officer)
    _ask_for_own(own, colleague, agent)


def _ask_for_own(book: ClientBook, leaver: User, colleague: User) -> None:
    draft = ClientDraft(kind=ClientKind.PERSON, values=dict(OWN_CLIENT), source=Source.ONLINE)
    with acting_as(Origin(actor=leaver.pk)):
        made = create_clients(actor=leaver, book_id=book.pk, drafts=[draft], assigned=leaver)
    ids = [pk for pk in made if pk is not None]
    wanted = Wanted(
        purpose=Purpose.SERVICE,
        fields=(Field.NAME, Field.PHONE),
        format=Format.XLSX,
        masked=True,
        priced=False,
        colleague=colleague,
        ids=ids,
    )
    with acting_as(Origin(actor=leaver.pk)):
        request_export(actor=leaver, wanted=wanted, reason="交接前核对名单。")
