"""Comparing all rows about the clients of a book with what the log says that was stored.

A row is named that is not what the newest word on it says (changed, or put back to what it was), that is
there although the log says it went, that the log never heard of, or that is not there although nothing ended
it. Honest ends: a client is destroyed or its import undone, and its rows go with it; a service that deletes a
row says so. Rows from before digests were logged are counted, and not called right.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from audit.models import LogEntry
from vault.records.models import Client, ClientBook
from vault.records.verifying import saying
from vault.records.verifying.codes import CLIENT, GONE, Said, id_of, key_of
from vault.records.verifying.registry import Compared, all_compared, of_kind
from vault.records.verifying.saying import CLIENTS, one_moment
from vault.records.verifying.stored import Stored, stored

NAMED = 1_000  # differing rows that are kept by name; how many there are is always counted


class How(TextChoices):
    """How a row differs. Codes are kept in the log for ever."""

    CHANGED = "c", pgettext_lazy("row", "changed or put back")
    DELETED = "d", pgettext_lazy("row", "deleted")
    SLIPPED_IN = "s", pgettext_lazy("row", "put in")


@dataclass(frozen=True, slots=True, order=True)
class Differing:
    """One row of a client that is not as the log says; of the client itself `row` is the client."""

    kind: str
    row: UUID
    client: UUID
    how: How


@dataclass(slots=True)
class Outcome:
    """How many rows of each kind were looked at, how many the log says nothing of, and which differ.

    `state` stands for which rows differ and how, in whatever order they were found.
    """

    checked: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    differ: int = 0
    named: list[Differing] = field(default_factory=list)
    state: int = 0

    @property
    def rows(self) -> int:
        """How many rows beside the clients themselves."""
        return self.checked.total() - self.checked[CLIENT]

    def add(self, found: Differing, digest: bytes = b"") -> None:
        self.differ += 1
        told = f"{found.kind} {found.row} {found.how} ".encode() + digest
        self.state = (self.state + int.from_bytes(sha256(told).digest()[:20])) % 2**160
        if len(self.named) < NAMED:
            self.named.append(found)


def compare_book(book: ClientBook) -> Outcome:
    """Compare everything about a book's clients: ciphertext and codes, nothing is opened, no key is needed.

    Memory is bounded by the rows of CLIENTS clients and NAMED findings; queries by the number of clients.
    """
    outcome = Outcome()
    begins = LogEntry.objects.using("default").order_by("at").values_list("at", flat=True).first()
    for clients in _clients(book):
        with one_moment():
            _compare(clients, outcome, begins)
    for made in saying.made_in(book):
        with one_moment():
            there = Client.objects.filter(book=book, pk__in=made).values_list("pk", flat=True)
            missing = made.difference(there)
            gone = missing - saying.ended_among(missing) if missing else missing
            for client in gone - saying.ended_with_a_month(gone) if gone else ():
                outcome.add(Differing(CLIENT, client, client, How.DELETED))
    outcome.named.sort()
    return outcome


def _clients(book: ClientBook) -> Iterator[list[UUID]]:
    rest = Client.objects.filter(book=book).order_by("pk").values_list("pk", flat=True)
    batch = list(rest[:CLIENTS])
    while batch:
        yield batch
        batch = list(rest.filter(pk__gt=batch[-1])[:CLIENTS])


def _compare(clients: list[UUID], outcome: Outcome, begins: datetime | None) -> None:
    said = saying.said_of(clients)
    living: set[UUID] = set()
    unheard: list[tuple[Compared, Stored]] = []
    for compared in all_compared():
        for row in stored(compared, clients):
            outcome.checked[compared.kind] += 1
            if compared.kind == CLIENT:
                living.add(row.id)
            word = said.pop((compared.kind, key_of(row.id)), None)
            if word is None:
                unheard.append((compared, row))
            elif not word.digest:
                outcome.unknown += 1
            elif not word.fits(row.digest):
                how = How.SLIPPED_IN if word.digest == GONE else How.CHANGED
                outcome.add(Differing(compared.kind, row.id, row.client, how), row.digest)
    _judge_unheard(unheard, outcome, begins)
    _judge_missing({key: word for key, word in said.items() if word.client in living}, outcome)


def _judge_unheard(rows: list[tuple[Compared, Stored]], outcome: Outcome, begins: datetime | None) -> None:
    """Rows without a digest: from before there were digests, from before the log, or slipped in behind it."""
    if not rows:
        return
    known = saying.named_before({row.id for _, row in rows}, {row.client for _, row in rows})
    for compared, row in rows:
        heard = {("", row.id), (compared.kind, row.client)} & known
        if heard or begins is None or row.born < begins:
            outcome.unknown += 1
        else:
            outcome.add(Differing(compared.kind, row.id, row.client, How.SLIPPED_IN), row.digest)


def _judge_missing(said: dict[tuple[str, str], Said], outcome: Outcome) -> None:
    """Rows of living clients that the log knows and that are not there."""
    missing = []
    for (kind, key), word in said.items():
        compared = of_kind(kind)
        if compared and not compared.transient and kind != CLIENT and word.digest != GONE:
            missing.append(Differing(kind, id_of(key), word.client, How.DELETED))
    if not missing:
        return
    others = saying.others_of([one.row for one in missing if _goes_with_another(one)])
    gone = set(others.values()).difference(
        Client.objects.filter(pk__in=set(others.values())).values_list("pk", flat=True)
    )
    for one in missing:
        if others.get(one.row) not in gone:
            outcome.add(one)


def _goes_with_another(one: Differing) -> bool:
    compared = of_kind(one.kind)
    return compared is not None and compared.with_other
