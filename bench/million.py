"""Search and lists at 1,000,000 records: a blind index against a B-tree over plaintext, a page against
one of 1,000 records.

The million are rows of the database, not of our services, which would take an hour: their sealed bytes are
copies that open for nobody. Whoever is found, compared or listed was added by the services; beside
each searched client stand as many real strangers with the same token as a million make likely.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, connections, transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.origin import Origin, acting_as
from bench.million_rows import FILL, FILL_INDEX, FILL_PLAIN
from bench.peers.models import PlainClient
from people.accounts.models import Kind, User
from people.accounts.system import ensure_system_account, system_account
from people.roles.builtin import RoleCode, ensure_builtin_roles
from people.roles.models import GrantState, RoleGrant
from vault.keys import store
from vault.keys.service import open_keys
from vault.masking import masks
from vault.purposes.catalogue import Holding
from vault.records.access import which_books
from vault.records.books import create_book, index_keys
from vault.records.drafts import ClientDraft
from vault.records.indexing import tokens_for
from vault.records.labels import IndexLabel
from vault.records.listing import PAGE, list_clients
from vault.records.models import BookMember, Client, ClientBook, Level, Source
from vault.records.search import search
from vault.records.services import create_clients

MILLION, SMALL = int(os.environ.get("BENCH_MILLION", "1000000")), 1_000
RARE = Source.CAMPAIGN
FEW = 20  # clients whom a selective filter finds
TARGETS = 40
STRANGERS = 15  # 1,000,000 / 2**16
ROUNDS = 120
BARS = {"search_1m": 2.0, "list_page": 1.3}


class Million:
    """One book of a million and one of a thousand, each with its person."""

    def __init__(self) -> None:
        self.random = random.Random(20261122)
        ensure_system_account()
        ensure_builtin_roles()
        self.big, self.small = _person("big"), _person("small")
        self.book, self.little = _book(self.big, "1,000,000"), _book(self.small, "1,000")
        # As the oldest, whom a walk from the newest meets last.
        _add(self.book, FEW, 900_000, source=RARE)
        oldest = _add(self.book, PAGE * 2, 0)
        self.like = oldest[0]
        self.targets = [f"139{1000 + number:08}" for number in range(TARGETS)]
        # Other people than the million's, or they would be somebody's already (撞单).
        _add(self.little, FEW, 950_000, source=RARE)
        _add(self.little, SMALL - FEW, 500_000)

    def fill_clients(self) -> None:
        # Added after the oldest, and within a second: before the newest.
        given = {"from": int(time.time() * 1000), "count": MILLION, "like": self.like}
        with _owner() as cursor:
            cursor.execute(FILL, given)
        _add(self.book, PAGE * 2, 100_000)
        with _owner() as cursor:
            cursor.execute("vacuum analyze vault_client")

    def fill_index(self) -> None:
        """Random tokens for the million; each target's phone token for its strangers, too."""
        strangers = _add(self.book, TARGETS * (1 + STRANGERS), 1000)[TARGETS:]
        compartment = self.book.pk
        with acting_as(Origin(actor=self.big.pk)):
            made = [self.phone_tokens(phone)[0] for phone in self.targets]
        tokens = [store.packed_base(compartment, label) | int.from_bytes(token) for label, token in made]
        values = [token & 0xFFFFFF for token in tokens]
        free = next(value for value in range(1 << 16) if value not in values)
        given = {"tag": compartment.int >> 96, "taken": values, "free": free, "book": compartment}
        with _owner() as cursor:
            cursor.execute("set role sealroom_keyring")
            # The index is made after the rows, in seconds; entered row by row it is the same tree.
            cursor.execute("select indexdef from pg_indexes where indexname = 'index_entry_by_token'")
            [[index]] = cursor.fetchall()
            cursor.execute("drop index keyring.index_entry_by_token")
            cursor.execute(FILL_INDEX, given | {"count": MILLION})
            cursor.execute(index)
            for number, token in enumerate(tokens):
                beside = strangers[number * STRANGERS : (number + 1) * STRANGERS]
                cursor.execute(
                    "update keyring.index_entry set tokens = tokens || %s::bigint"
                    " where subject = any (%s::uuid[])",
                    [token, beside],
                )
            cursor.execute("vacuum analyze keyring.index_entry")
            cursor.execute("reset role")
            cursor.execute(FILL_PLAIN, [self.book.pk, MILLION])
        PlainClient._default_manager.bulk_create(
            PlainClient(book_id=self.book.pk, name="客户", phone=f"+86{number}", id_number="", email="")
            for number in self.targets
        )
        with _owner() as cursor:
            cursor.execute("vacuum analyze peers_plainclient")

    def search_entry(self) -> tuple[UUID, dict[int, int], Any]:
        keys = index_keys(self.book)
        entry = Entry(
            action=Action.CLIENT_SEARCH,
            object_type=ObjectType.BOOK,
            object_id=None,
            keys=(self.book.key_id, *keys.values()),
        )
        entry_id = record_read(entry)
        return entry_id, keys, open_keys(entry_id, entry.keys)

    def phone_tokens(self, phone: str) -> list[tuple[int, bytes]]:
        _, keys, opened = self.search_entry()
        return next(tokens_for(keys, opened, IndexLabel.PHONE, [f"+86{phone}"]))


@contextmanager
def _owner() -> Iterator[Any]:
    """The tables' owner, without the time limit of a request."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        yield cursor


def _person(name: str) -> User:
    user = User.objects.create(
        username=name, display_name=name, kind=Kind.STAFF, email=f"{name}@example.test"
    )
    RoleGrant.objects.create(
        user=user, role_id=RoleCode.AGENT, state=GrantState.ACTIVE, granted_by=system_account()
    )
    return user


def _book(lead: User, name: str) -> ClientBook:
    with acting_as(Origin(actor=lead.pk)):
        return create_book(actor=lead, name=name, holding=Holding.OWN)


def _add(book: ClientBook, count: int, start: int, *, source: Source = Source.OTHER) -> list[UUID]:
    drafts = [
        ClientDraft("person", {"name": f"客户{number}", "phone": f"+86139{number:08}"}, source=source)
        for number in range(start, start + count)
    ]
    made: list[UUID] = []
    with acting_as(Origin(actor=book.lead_id)):
        for at in range(0, count, 1000):
            ids = create_clients(actor=book.lead, book_id=book.pk, drafts=drafts[at : at + 1000])
            made += [one for one in ids if one]
    assert len(made) == count
    return made


def _times(works: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each, rounds interleaved; the first three are warm-up."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 3):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if number >= 3:
                taken[name].append(time.perf_counter() - start)
    return taken


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def search_1m(million: Million) -> dict[str, Any]:
    million.fill_index()
    entry_id, keys, opened = million.search_entry()

    def blind() -> None:
        [tokens] = tokens_for(
            keys, opened, IndexLabel.PHONE, [f"+86{million.random.choice(million.targets)}"]
        )
        found = store.index_search(entry_id, [(million.book.pk, tokens)], most=1001)
        assert len(found) > STRANGERS

    def plain() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select id from peers_plainclient where book_id = %s and phone = %s",
                [million.book.pk, f"+86{million.random.choice(million.targets)}"],
            )
            assert len(cursor.fetchall()) == 1

    def whole() -> None:
        with transaction.atomic():
            assert len(search(actor=million.big, text=million.random.choice(million.targets)).rows) == 1

    def whole_plain() -> None:
        phone = f"+86{million.random.choice(million.targets)}"
        rows = PlainClient._default_manager.filter(
            book_id__in=which_books(million.big).values("pk"), phone=phone
        )
        assert len([(masks.name(row.name), masks.phone(row.phone)) for row in rows[:200]]) == 1

    taken = _times({"blind": blind, "plain": plain}, 300)
    blind_time, plain_time = (statistics.median(taken[name]) for name in ("blind", "plain"))
    taken = _times({"whole": whole, "whole_plain": whole_plain})
    whole_time, whole_plain_time = (statistics.median(taken[name]) for name in ("whole", "whole_plain"))
    return {
        "value": round(blind_time * 1e6),
        "unit": "µs/lookup",
        "ratio": round(blind_time / plain_time, 2),
        "against": "the same lookup on a plaintext B-tree column",
        "candidates": 1 + STRANGERS,
        "whole_search_ms": round(whole_time * 1000, 2),
        "whole_plain_search_ms": round(whole_plain_time * 1000, 2),
    }


def list_page(million: Million) -> dict[str, Any]:
    million.fill_clients()

    def page(user: User, book: ClientBook, *, last: bool) -> Callable[[], None]:
        # The cursor in front of the last page: the row that has PAGE rows older than itself.
        oldest = Client.objects.filter(book=book).order_by("pk").values_list("pk", flat=True)
        after = oldest[PAGE] if last else None

        def work() -> None:
            assert len(list_clients(actor=user, filters={}, after=after).rows) == PAGE

        return work

    works = {
        f"{size}_{where}": page(user, book, last=where == "last")
        for size, user, book in (
            ("big", million.big, million.book),
            ("small", million.small, million.little),
        )
        for where in ("first", "last")
    }
    p95 = {name: _p95(times) for name, times in _times(works).items()}
    ratio = max(p95["big_first"] / p95["small_first"], p95["big_last"] / p95["small_last"])
    more: dict[str, Any] = {"filters": _filters(million)}
    for books in (5, 200):
        _join(million, books)
        times = _times({"first": works["big_first"], "last": works["big_last"]})
        more[f"p95_ms_in_{books}_books"] = [round(_p95(one) * 1000, 1) for one in times.values()]
    return {
        "value": round(max(p95["big_first"], p95["big_last"]) * 1000, 1),
        "unit": "ms, p95",
        "ratio": round(ratio, 2),
        "against": "the same pages at 1,000 records",
        "p95_ms": {name: round(taken * 1000, 1) for name, taken in p95.items()},
        **more,
    }


def _filters(million: Million) -> dict[str, Any]:
    """p95 of the first page under filters that few clients fit, in ms, and their ratio; no bar is set."""
    for book, person in ((million.book, million.big), (million.little, million.small)):
        assert Client.objects.filter(book=book, source=RARE).update(assigned=person) == FEW
    chosen: dict[str, dict[str, str]] = {"assigned_me": {"assigned": "me"}, "rare_source": {"source": RARE}}

    def page(user: User, filters: dict[str, str]) -> Callable[[], None]:
        def work() -> None:
            assert len(list_clients(actor=user, filters=filters).rows) == FEW

        return work

    sizes = {"big": million.big, "small": million.small}
    works = {(name, size): page(user, chosen[name]) for name in chosen for size, user in sizes.items()}
    times = _times({f"{name} {size}": work for (name, size), work in works.items()}, ROUNDS // 4)
    p95 = {(name, size): _p95(times[f"{name} {size}"]) for name, size in works}
    return {
        name: {
            **{size: round(p95[name, size] * 1000, 1) for size in sizes},
            "ratio": round(p95[name, "big"] / p95[name, "small"], 2),
        }
        for name in chosen
    }


def _join(million: Million, count: int) -> None:
    """Let the person of the million into small books until they are in `count`."""
    missing = count - BookMember.objects.filter(user=million.big).count()
    for number in range(missing):
        book = _book(million.small, f"small {count} {number}")
        BookMember.objects.create(book=book, user=million.big, level=Level.READ, added_by=million.small)
        _add(book, 20, 2_000_000 + 20 * (count + number))


def run(only: str | None) -> Iterator[dict[str, Any]]:
    wanted = [name for name in BARS if only in {None, name}]
    if not wanted:
        return
    with acting_as(Origin(actor=uuid4())):
        million = Million()
    with acting_as(Origin(actor=million.big.pk)):
        for name in wanted:
            result = CONTESTS[name](million)
            yield {"name": name, **result, "bar": BARS[name], "met": result["ratio"] <= BARS[name]}


CONTESTS: dict[str, Callable[[Million], dict[str, Any]]] = {"search_1m": search_1m, "list_page": list_page}
