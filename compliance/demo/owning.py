"""Whose the demo's clients are: some protected not much longer, some in the pool, one claimed twice (撞单),
two taken in from chats and not complete."""

import random
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from audit.origin import Origin, acting_as
from people.accounts.models import User
from vault.disclosures.models import Format
from vault.disclosures.services import Wanted, request_export
from vault.intake.models import EnquiryBasis
from vault.intake.ownership import release_client
from vault.intake.services import take_in
from vault.purposes.catalogue import Holding, Purpose
from vault.records.books import create_book
from vault.records.drafts import ClientDraft
from vault.records.labels import Field
from vault.records.models import Client, ClientBook, ClientKind, Source
from vault.records.services import create_clients

COLLEAGUES_BOOK = "韩一诺跟进客户"
_SEED = 20261123
POOL = 9
FROM_CHATS = (
    {"name": "孟晓棠", "phone": "+8613700137001", "notes": "想收一家带食品经营许可证的公司，月底前定。"},
    {"name": "卓雅琪", "phone": "+8613600136002", "notes": "问股权转让要多久，合伙人想退出。"},
)


def make_owners(book: ClientBook, agent: User) -> None:
    """Protection as it stands after months of work: nobody's of longer than 60 days, some ending soon."""
    rng = random.Random(_SEED)  # noqa: S311 (invented data, no secret)
    now = timezone.now()
    for client in Client.objects.filter(book=book, assigned=agent).only("pk", "created_at", "key_id", "book"):
        until = client.created_at + timedelta(days=60)
        if until < now + timedelta(days=1):  # kept by work on it since
            until = now + timedelta(
                days=rng.choice((2, 3, 6, 11, 17, 24, 33, 41, 52)), hours=rng.randrange(9)
            )
        Client.objects.filter(pk=client.pk).update(protected_until=until)
    with acting_as(Origin(actor=agent.pk)):
        for client_id in (
            Client.objects.filter(book=book).order_by("pk").values_list("pk", flat=True)[60:][:POOL]
        ):
            release_client(actor=agent, client_id=client_id)


def make_claim(book: ClientBook, colleague: User, values: Mapping[str, str]) -> None:
    """A colleague adds somebody who is the agent's already, in a book of their own."""
    with acting_as(Origin(actor=colleague.pk)):
        own = create_book(actor=colleague, name=COLLEAGUES_BOOK, holding=Holding.OWN)
        draft = ClientDraft(kind=ClientKind.PERSON, values=values, source=Source.ONLINE)
        create_clients(actor=colleague, book_id=own.pk, drafts=[draft], assigned=colleague)


def make_enquiries(book: ClientBook, agent: User) -> None:
    """Two clients from chats, to be completed within three days."""
    with acting_as(Origin(actor=agent.pk)):
        for values in FROM_CHATS:
            draft = ClientDraft(kind=ClientKind.PERSON, values=dict(values), source=Source.ONLINE)
            take_in(actor=agent, book_id=book.pk, draft=draft, basis=EnquiryBasis.CONTRACT)


def ask_for_export(book: ClientBook, agent: User, colleague: User) -> None:
    """A masked list for a colleague, which waits for somebody's approval."""
    ids = list(Client.objects.filter(book=book).order_by("-pk").values_list("pk", flat=True)[20:50])
    wanted = Wanted(
        purpose=Purpose.SERVICE,
        fields=(Field.NAME, Field.PHONE, Field.EMAIL),
        format=Format.XLSX,
        masked=True,
        priced=False,
        colleague=colleague,
        ids=ids,
    )
    with acting_as(Origin(actor=agent.pk)):
        request_export(actor=agent, wanted=wanted, reason="休假期间由同事接待来电。")
