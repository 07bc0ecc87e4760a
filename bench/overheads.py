"""What the log adds: to a save, beside three packages that keep a history, and to a page.

Each save is a transaction of its own, in which the change and its record are one, as ours always are. The
contenders take turns after a few saves, in an order drawn anew each time, so that neither a slow second of
the machine nor who went before falls on one of them; ratios are of the medians of single saves.
Two more contenders show what no log of this shape can go below: a second statement that does nothing, and one
row of bytes in a table without index, check or trigger.
"""

import datetime
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.origin import Origin, acting_as
from bench.peers.saving import AuditlogTen, PghistoryTen, PlainTen, SimpleHistoryTen, Ten
from config import memory
from people.roles.builtin import RoleCode
from tests.cast import client_of, person

TURN = 6  # rows that a contender creates, then changes, before the next one's turn
TURNS = 300
WARM_UP = 5
ROUNDS = 9
VISITS = 60
BARS = {"log_overhead_save": 1.3, "log_overhead_page": 1.15}
Record = Callable[[Ten, Action], None]
Contender = tuple[type[Ten], Record | None]
FIELDS = tuple(field.name for field in PlainTen._meta.fields if field.name != "id")


def run(only: str | None) -> Iterator[dict[str, Any]]:
    memory.settle()  # as the web and worker processes do
    with acting_as(Origin(actor=uuid.uuid4())):
        for name, measure in (("log_overhead_save", save), ("log_overhead_page", page)):
            if only in {None, name}:
                yield measure()


def save() -> dict[str, Any]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("create table bare (line bytea not null)")
        cursor.execute("grant insert on bare to public")
    with connection.cursor() as cursor:
        cursor.execute("prepare bare as insert into bare values ($1)")
    contenders: dict[str, Contender] = {
        "plain": (PlainTen, None),
        "ours": (PlainTen, _record),
        "a statement that does nothing": (PlainTen, _nothing),
        "a row of bytes": (PlainTen, _bare),
        "django-auditlog": (AuditlogTen, None),
        "django-pghistory": (PghistoryTen, None),
        "django-simple-history": (SimpleHistoryTen, None),
    }
    medians = _take_turns(contenders)
    plain = medians.pop("plain")
    ours = medians.pop("ours")
    peers = {name: round(taken / plain, 2) for name, taken in medians.items()}
    return _result("log_overhead_save", ours, "µs/save", ours / plain, "the same saves", peers)


def page() -> dict[str, Any]:
    """The list of people, of 40: a page that records nothing itself, so that its entry can be left out."""
    with acting_as(Origin(actor=uuid.uuid4())):
        for number in range(40):
            person(f"colleague{number}", role=RoleCode.AGENT)
        browser = client_of(person("ada", role=RoleCode.ADMIN))
    address = reverse("people:people")
    contenders: dict[str, Callable[[], float]] = {
        "ours": lambda: _visits(browser, address),
        "without": lambda: _visits_unrecorded(browser, address),
    }
    medians = _race(contenders, ROUNDS)
    return _result(
        "log_overhead_page",
        medians["ours"] / VISITS,
        "µs/page",
        medians["ours"] / medians["without"],
        "the same page without its entry",
        {},
    )


def _race(contenders: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of each; the first round warms up and does not count."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, work in contenders.items():
            taken = work()
            if number:
                times[name].append(taken)
    return {name: statistics.median(taken) for name, taken in times.items()}


def _take_turns(contenders: dict[str, Contender]) -> dict[str, float]:
    """Median seconds of one save of each."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders)
    for turn in range(TURNS):
        random.shuffle(order)
        for name in order:
            taken = _saves(*contenders[name], turn)
            if turn >= WARM_UP:
                times[name] += taken
    return {name: statistics.median(taken) for name, taken in times.items()}


def _saves(model: type[Ten], record: Record | None, turn: int) -> list[float]:
    rows = [_row(model, turn * TURN + number) for number in range(TURN)]
    times = []
    for action, status in ((Action.CLIENT_CREATE, "new"), (Action.CLIENT_EDIT, "changed")):
        for row in rows:
            row.status = status
            start = time.perf_counter()
            with transaction.atomic():
                row.save(force_insert=action == Action.CLIENT_CREATE)
                if record:
                    record(row, action)
            times.append(time.perf_counter() - start)
    return times


def _record(row: Ten, action: Action) -> None:
    fields = FIELDS if action == Action.CLIENT_CREATE else ("status",)
    record_change(
        Entry(
            action=action, object_type=ObjectType.CLIENT, object_id=row.pk, subjects=(row.pk,), fields=fields
        )
    )


def _nothing(row: Ten, action: Action) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _bare(row: Ten, action: Action) -> None:
    with connection.cursor() as cursor:
        cursor.execute("execute bare (%s)", [b"x" * 450])  # as long as an entry's leaf


def _row(model: type[Ten], number: int) -> Ten:
    return model(
        name=f"深圳市华瑞科技有限公司 {number}",
        phone="0755 2399 0000",
        email="office@example.com",
        city="深圳",
        amount=number,
        agreed_on=datetime.date(2026, 11, 22),
        active=True,
        notes="办公室在南山区，租约到明年六月。" * 3,
    )


def _visits(browser: Client, address: str) -> float:
    start = time.perf_counter()
    for _ in range(VISITS):
        assert browser.get(address, HTTP_HOST="localhost").status_code == 200
    return time.perf_counter() - start


def _visits_unrecorded(browser: Client, address: str) -> float:
    with patch("audit.middleware.page_entry", return_value=None):
        return _visits(browser, address)


def _result(
    name: str, seconds: float, unit: str, ratio: float, against: str, peers: dict[str, float]
) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(seconds * 1e6, 1),
        "unit": unit,
        "ratio": round(ratio, 2),
        "against": against,
        "bar": BARS[name],
        "met": ratio <= BARS[name],
        "peers": peers,
    }
