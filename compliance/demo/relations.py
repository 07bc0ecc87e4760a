"""What the demo's agents know of clients beside the record: calls, the day's follow-ups, positions."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from audit.origin import Origin, acting_as
from people.accounts.models import User
from vault.records.books import set_member
from vault.records.models import Client, ClientBook, ClientKind, Level
from vault.relations.communications.models import Channel, Direction, Outcome
from vault.relations.communications.services import Contact, record_communication
from vault.relations.followups.models import FollowUp, Repeat
from vault.relations.followups.services import Task, set_followup
from vault.relations.people.models import Evidence, Position
from vault.relations.people.services import record_position, record_share
from vault.relations.service.models import Aspect, Hours, Industry, PriceBand, TransactionKind
from vault.relations.service.services import record_preference, record_rating, record_transaction

_SEED = 20261122

_SAID = (
    (Channel.CALL, Outcome.INTERESTED, "想找一家有建筑资质的公司，预算二十万以内，周末看资料。"),
    (Channel.WECHAT, Outcome.MESSAGE, "发了标的简介，对方说晚上看。"),
    (Channel.CALL, Outcome.NO_ANSWER, ""),
    (Channel.VISIT, Outcome.REACHED, "到店谈了一小时，关心税务和社保是否欠缴。"),
    (Channel.CALL, Outcome.BUSY, "在开会，约下午四点再打。"),
    (Channel.EMAIL, Outcome.MESSAGE, "寄送保密协议样本，等回签。"),
)
_NOTES = (
    "确认是否收到保密协议。",
    "询问看资料的时间。",
    "回复上次关于社保的问题。",
    "定金到账后告知下一步。",
    "",
    "生日前后，先问好再谈。",
)


def make_relations(book: ClientBook, agent: User, colleague: User) -> None:
    """A working day of the agent and a colleague who helps in the book; once."""
    if FollowUp.objects.filter(client__book=book).exists():
        return
    rng = random.Random(_SEED)  # noqa: S311 (invented data, no secret)
    clients = Client.objects.filter(book=book).order_by("-pk")
    everybody = list(clients.filter(kind=ClientKind.PERSON).values_list("pk", flat=True))
    persons, known_longer = everybody[:40], everybody[45:165:4]
    companies = list(clients.filter(kind=ClientKind.COMPANY).values_list("pk", flat=True)[:3])
    with acting_as(Origin(actor=agent.pk)):
        set_member(actor=agent, book_id=book.pk, user=colleague, level=Level.WORK)
        _talk(agent, [*persons[:18], *known_longer], rng)
        _plan(agent, agent, persons[:10])
        _plan(agent, colleague, persons[10:13])
        _serve(agent, persons[:18], rng)
        for company, first in zip(companies, (13, 16, 19), strict=False):
            _staff(agent, company, persons[first : first + 3])
        if len(companies) > 1:  # the second holds a part of the first, and a change of that waits
            for percent in ("20", "30"):
                record_share(
                    actor=agent,
                    company_id=companies[0],
                    client_id=companies[1],
                    percent=percent,
                    evidence=Evidence.REGISTRY,
                )


def _talk(agent: User, clients: Sequence[UUID], rng: random.Random) -> None:
    now = timezone.now()
    known_since = dict(Client.objects.filter(pk__in=clients).values_list("pk", "created_at"))
    for place, client in enumerate(clients):
        channel, outcome, said = _SAID[place % len(_SAID)]
        contact = Contact(
            channel=channel,
            direction=Direction.IN if place % 4 == 0 else Direction.OUT,
            outcome=outcome,
            at=known_since[client] + (now - known_since[client]) * rng.random(),
            minutes=rng.randrange(1, 25) if channel == Channel.CALL else None,
            text=said,
        )
        record_communication(actor=agent, client_id=client, contact=contact)


def _plan(agent: User, assigned: User, clients: Sequence[UUID]) -> None:
    """Some overdue since the morning, some for the rest of the day, some for later in the week."""
    now = timezone.now()
    for place, client in enumerate(clients):
        note = _NOTES[place % len(_NOTES)]
        repeat = Repeat.WEEKLY if place == 1 else Repeat.NEVER
        task = Task(due_at=_due(now, place), note=note, repeat=repeat)
        set_followup(actor=agent, client_id=client, task=task, assigned=assigned)


def _due(now: datetime, place: int) -> datetime:
    if place < 2:
        return now - timedelta(hours=3 * (place + 1))
    if place < 7:
        soon = now + timedelta(minutes=25 * (place - 1))
        return soon - timedelta(minutes=soon.minute % 5)
    return now + timedelta(days=place - 6)


def _serve(agent: User, clients: Sequence[UUID], rng: random.Random) -> None:
    for place, client in enumerate(clients):
        aspects = rng.sample(list(Aspect), 2)
        words = "答复很快，费用说得清楚。" if place % 3 == 0 else ""
        record_rating(
            actor=agent, client_id=client, score=5 if place < 11 else 4, aspects=aspects, words=words
        )
    record_preference(
        actor=agent,
        client_id=clients[0],
        channel=Channel.WECHAT,
        hours=Hours.EVENING,
        industry=Industry.BUILDING,
        price_band=PriceBand.TO_200,
    )
    record_transaction(
        actor=agent,
        client_id=clients[0],
        kind=TransactionKind.DEPOSIT,
        amount="20000",
        on=timezone.localdate() - timedelta(days=9),
    )


def _staff(agent: User, company: UUID, people: Sequence[UUID]) -> None:
    """Two shareholders, the first of whom is the legal representative, and a supervisor."""
    since = date(2021, 3, 15)
    for holder, percent in zip(people, ("51", "16.666667"), strict=False):
        record_share(
            actor=agent,
            company_id=company,
            client_id=holder,
            percent=percent,
            evidence=Evidence.REGISTRY,
            since=since,
        )
    for holder, position in (
        (people[0], Position.LEGAL_REPRESENTATIVE),
        (people[2], Position.SUPERVISOR),
    ):
        record_position(
            actor=agent,
            company_id=company,
            client_id=holder,
            position=position,
            evidence=Evidence.REGISTRY,
            since=since,
        )
