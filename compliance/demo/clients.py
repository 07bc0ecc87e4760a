"""The demo's clients: one book of ours, one entrusted for a deal, and what agents did with them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.utils import timezone

from audit.origin import Origin, acting_as
from audit.refusals import Refused, record
from people.accounts.models import User
from vault.demo.people import make_customer_rows
from vault.purposes.catalogue import Holding, Purpose, Reason
from vault.records.books import create_book
from vault.records.drafts import ClientDraft
from vault.records.labels import Field, Group
from vault.records.models import Client, ClientBook, ClientKind, Source
from vault.records.normalising import NORMALISE
from vault.records.reading import reveal_group, view_client
from vault.records.review.staleness import holds
from vault.records.services import create_clients

OWN_BOOK = "公司转让咨询客户"
ENTRUSTED_BOOK = "委托方客户名单"
OWN_CLIENTS, ENTRUSTED_CLIENTS, OLD_CLIENTS = 200, 40, 12
OLD, RECENT = timedelta(days=400), timedelta(days=240)
_SEED = 20261121
_SOURCES = (
    (Source.ONLINE, Source.REFERRAL, Source.WALK_IN, Source.CAMPAIGN, Source.PARTNER),
    (8, 6, 3, 2, 2),
)


def make_own_book(agent: User) -> ClientBook:
    """Our own clients; some came over a year ago, so that a rule has something to let go."""
    book = ClientBook.objects.filter(name=OWN_BOOK).first()
    if book is not None:
        return book
    with acting_as(Origin(actor=agent.pk)):
        book = create_book(actor=agent, name=OWN_BOOK, holding=Holding.OWN)
        ids = create_clients(
            actor=agent, book_id=book.pk, drafts=list(_drafts(OWN_CLIENTS, _SEED)), assigned=agent
        )
    _spread([pk for pk in ids if pk is not None])
    return book


def values_of_own(place: int) -> Mapping[str, str]:
    """What the agent's client of this number was added with."""
    return list(_drafts(OWN_CLIENTS, _SEED))[place].values


def _spread(ids: Sequence[UUID]) -> None:
    """They came over months, at hours of work, in the order of their ids, which is that of the list."""
    rng = random.Random(_SEED)  # noqa: S311 (invented data, no secret)
    now, old, recent = timezone.now(), ids[:OLD_CLIENTS], ids[OLD_CLIENTS:]
    for place, client in enumerate(old):
        then = _at_work(now - OLD + timedelta(days=place), rng)
        Client.objects.filter(pk=client).update(created_at=then, updated_at=then, confirmed_at=then)
    last = now - OLD + timedelta(days=OLD_CLIENTS + 1)
    for place, client in enumerate(recent):
        share = 1 - (place + 1) / len(recent)
        last = max(_at_work(now - RECENT * share, rng, before=now), last + timedelta(minutes=1))
        changed = max(last, _at_work(last + (now - last) * rng.random() ** 3, rng, before=now))
        Client.objects.filter(pk=client).update(created_at=last, updated_at=changed, confirmed_at=changed)


def _at_work(day: datetime, rng: random.Random, *, before: datetime | None = None) -> datetime:
    """Some time between nine and six of that day, and never later than `before`."""
    local = timezone.localtime(day).replace(hour=9, minute=0, second=0, microsecond=0)
    then = local + timedelta(minutes=rng.randrange(9 * 60))
    return min(then, before - timedelta(minutes=rng.randrange(1, 20))) if before else then


def make_entrusted_book(lead: User, deal_id: UUID) -> ClientBook:
    """A target's customers, for this one deal."""
    book = ClientBook.objects.filter(deal_id=deal_id).first()
    if book is not None:
        return book
    with acting_as(Origin(actor=lead.pk)):
        book = create_book(actor=lead, name=ENTRUSTED_BOOK, holding=Holding.ENTRUSTED, deal_id=deal_id)
        create_clients(actor=lead, book_id=book.pk, drafts=list(_drafts(ENTRUSTED_CLIENTS, _SEED + 1)))
    return book


def work_with(book: ClientBook, agent: User, stranger: User) -> None:
    """Some views and reveals by the agent, and a refusal to one who is not in the book."""
    newest = list(Client.objects.filter(book=book).order_by("-pk")[:30])
    clients = [client.pk for client in newest]
    with_notes = next(client.pk for client in newest[3:] if holds(client, Group.NOTES))
    with acting_as(Origin(actor=agent.pk)):
        for client, group in zip(clients, (Group.CONTACT, Group.CONTACT, Group.IDENTITY), strict=False):
            view_client(actor=agent, client_id=client)
            reveal_group(
                actor=agent, client_id=client, group=group, purpose=Purpose.SERVICE, reason=Reason.CALL
            )
        reveal_group(
            actor=agent,
            client_id=with_notes,
            group=Group.NOTES,
            purpose=Purpose.MANDATE,
            reason=Reason.OTHER,
            words="核对约定的回访时间，客户来电确认。",
        )
    with acting_as(Origin(actor=stranger.pk)):
        for client in clients[:2]:
            try:
                view_client(actor=stranger, client_id=client)
            except Refused as refused:
                record(refused)


def _drafts(count: int, seed: int) -> Iterator[ClientDraft]:
    """Drafts of invented clients, normalised as an import does it."""
    rng = random.Random(seed)  # noqa: S311 (invented data, no secret)
    for row in islice(make_customer_rows(count, seed), count):
        kind = ClientKind.COMPANY if row["credit_code"] else ClientKind.PERSON
        yield ClientDraft(kind=kind, values=_values(row), source=rng.choices(*_SOURCES)[0])


def _values(row: Mapping[str, str]) -> dict[str, str]:
    return {field.value: NORMALISE[field](row[field.value]).value for field in Field if row.get(field.value)}
