"""A day that the watch finds something in: the entries are made as people make them, and its rules do the
finding."""

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from compliance.anomalies.services import note_leaving
from people.accounts.models import User
from vault.disclosures.models import Format
from vault.disclosures.services import Wanted, request_export
from vault.purposes.catalogue import Purpose, Reason
from vault.records.errors import NotPossible
from vault.records.labels import Field, Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group, view_client

CALLED = 34  # clients called down the list in one go
TRIED = 12  # of somebody else's clients


def make_unusual_day(book: ClientBook, agent: User, colleague: User, officer: User) -> None:
    """The agent calls one client after another, the colleague tries doors and, once known to be leaving,
    asks for a list of their own clients."""
    newest = list(Client.objects.filter(book=book).order_by("-pk").values_list("pk", flat=True)[30:100])
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
    _ask_for_own(colleague, agent)


def _ask_for_own(leaver: User, colleague: User) -> None:
    ids = list(Client.objects.filter(assigned=leaver).values_list("pk", flat=True))
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
