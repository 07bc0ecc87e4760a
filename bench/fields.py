"""Sealed fields against plaintext and against two packages, through the model on PostgreSQL.

10,000 rows × 8 fields of 20 characters, two disclosure groups. Rounds are interleaved, so that a slow
minute of the machine falls on every contender alike; the ratio is that of the medians.
"""

import gc
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, models, transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.origin import Origin, acting_as
from bench.peers.models import (
    BENCH_COMPARTMENT,
    FIELDS,
    CryptographyRow,
    FernetRow,
    PlainRow,
    SealedRow,
)
from config import memory
from vault.access import Mode, access, access_many, new_subjects
from vault.keys.service import key_cache, new_compartment

ROWS = 10_000
SUBJECTS = 1_000
ROUNDS = 9
PEER_ROUNDS = 2
BATCH = 2_000
BARS = {"fields_write": 1.3, "fields_write_new": 1.9, "fields_read_warm": 2.0, "fields_read_cold": 3.2}

Subject = tuple[uuid.UUID, int]


class Bench:
    """The compartment and the values that every contender writes and reads."""

    def __init__(self) -> None:
        rng = random.Random(20261121)
        letters = "0123456789abcdefghijklmnopqrstuvwxyz客户姓名电话"
        self.values = [{field: "".join(rng.choices(letters, k=20)) for field in FIELDS} for _ in range(ROWS)]
        self.people = [uuid.uuid4() for _ in range(SUBJECTS)]
        self.newcomers: list[uuid.UUID] = []
        with transaction.atomic():
            self.compartment_key = new_compartment(BENCH_COMPARTMENT)

    def entry(self) -> Entry:
        return Entry(
            action=Action.CLIENT_LIST,
            object_type=ObjectType.BOOK,
            object_id=BENCH_COMPARTMENT,
            keys=(self.compartment_key,),
        )

    def new_subjects(self, count: int) -> list[Subject]:
        owners = [uuid.uuid4() for _ in range(count)]
        with (
            transaction.atomic(),
            access(Mode.WRITE, self.entry()) as context,
            new_subjects(context, owners, parent=self.compartment_key) as key_ids,
        ):
            return list(key_ids.items())

    def write_plain(self, model: type[models.Model]) -> None:
        with transaction.atomic():
            manager: Any = model._default_manager
            manager.bulk_create(
                [
                    model(subject=self.people[number % SUBJECTS], **values)
                    for number, values in enumerate(self.values)
                ],
                batch_size=BATCH,
            )

    def write_sealed(self, subjects: Sequence[Subject]) -> None:
        with access_many(Mode.WRITE, self.entry(), subjects), transaction.atomic():
            self._insert(subjects)

    def write_sealed_new(self) -> None:
        owners = self.newcomers
        with (
            transaction.atomic(),
            access(Mode.WRITE, self.entry()) as context,
            new_subjects(context, owners, parent=self.compartment_key) as key_ids,
        ):
            self._insert(list(key_ids.items()))

    def _insert(self, subjects: Sequence[Subject]) -> None:
        rows = []
        for number, values in enumerate(self.values):
            subject, key_id = subjects[number % len(subjects)]
            rows.append(SealedRow(subject=subject, key_id=key_id, **values))
        SealedRow.objects.bulk_create(rows, batch_size=BATCH)

    def read(self, model: type[models.Model]) -> None:
        manager: Any = model._default_manager
        touch(manager.all())

    def read_sealed(self, subjects: Sequence[Subject]) -> None:
        with access_many(Mode.OPEN, self.entry(), subjects):
            touch(SealedRow.objects.all())

    def read_sealed_cold(self, subjects: Sequence[Subject]) -> None:
        cache = key_cache()
        cache.purge(keys=set(), compartments={BENCH_COMPARTMENT}, seen_change=0)
        self.read_sealed(subjects)


def touch(rows: Any) -> None:
    count = 0
    for row in rows:
        count += 1
        row.name, row.id_number, row.credit_code, row.birth_date  # noqa: B018
        row.phone, row.email, row.address, row.bank_account  # noqa: B018
    assert count == ROWS, count


def empty(*tables: type[models.Model]) -> None:
    for model in tables:
        with connection.cursor() as cursor:
            cursor.execute(f"delete from {model._meta.db_table}")


def timed(work: Callable[[], None]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def race(contenders: dict[str, tuple[Callable[[], None], Callable[[], None]]]) -> dict[str, float]:
    """Median seconds of each (prepare, work), rounds interleaved."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for round_number in range(ROUNDS):
        for name, (prepare, work) in contenders.items():
            if name not in {"plain", "ours"} and round_number >= PEER_ROUNDS:
                continue
            prepare()
            times[name].append(timed(work))
    return {name: statistics.median(taken) for name, taken in times.items()}


def report(name: str, medians: dict[str, float]) -> dict[str, Any]:
    ratio = medians["ours"] / medians["plain"]
    return {
        "name": name,
        "value": round(medians["ours"] / ROWS * 1e6, 1),
        "unit": "µs/row",
        "ratio": round(ratio, 2),
        "against": "the same rows as plaintext CharFields",
        "bar": BARS[name],
        "met": ratio <= BARS[name],
        "peers": {
            peer: round(taken / medians["plain"], 2)
            for peer, taken in medians.items()
            if peer not in {"ours", "plain"}
        },
    }


def run(only: str | None) -> Iterator[dict[str, Any]]:
    if only not in {None, *BARS}:
        return
    memory.settle()  # as the web and worker processes do
    with acting_as(Origin(actor=uuid.uuid4())):
        bench = Bench()
        for name in BARS:
            if only in {None, name}:
                yield report(name, race(CONTESTS[name](bench)))


def _writes(bench: Bench, ours: Callable[[], None]) -> dict[str, Any]:
    def clean(model: type[models.Model]) -> Callable[[], None]:
        return lambda: empty(model)

    return {
        "plain": (clean(PlainRow), lambda: bench.write_plain(PlainRow)),
        "ours": (clean(SealedRow), ours),
        "django-fernet-encrypted-fields": (clean(FernetRow), lambda: bench.write_plain(FernetRow)),
        "django-cryptography-5": (clean(CryptographyRow), lambda: bench.write_plain(CryptographyRow)),
    }


def write(bench: Bench) -> dict[str, Any]:
    subjects = bench.new_subjects(SUBJECTS)
    return _writes(bench, lambda: bench.write_sealed(subjects))


def write_new(bench: Bench) -> dict[str, Any]:
    contest = _writes(bench, bench.write_sealed_new)
    empty_table, ours = contest["ours"]

    def prepare() -> None:
        empty_table()
        bench.newcomers = [uuid.uuid4() for _ in range(ROWS)]

    return contest | {"ours": (prepare, ours)}


def _reads(bench: Bench, ours: Callable[[], None]) -> dict[str, Any]:
    def ready() -> None:
        pass

    for model in (PlainRow, FernetRow, CryptographyRow):
        empty(model)
        bench.write_plain(model)
    return {
        "plain": (ready, lambda: bench.read(PlainRow)),
        "ours": (ready, ours),
        "django-fernet-encrypted-fields": (ready, lambda: bench.read(FernetRow)),
        "django-cryptography-5": (ready, lambda: bench.read(CryptographyRow)),
    }


def read_warm(bench: Bench) -> dict[str, Any]:
    empty(SealedRow)
    subjects = bench.new_subjects(SUBJECTS)
    bench.write_sealed(subjects)
    return _reads(bench, lambda: bench.read_sealed(subjects))


def read_cold(bench: Bench) -> dict[str, Any]:
    empty(SealedRow)
    subjects = bench.new_subjects(ROWS)
    bench.write_sealed(subjects)
    return _reads(bench, lambda: bench.read_sealed_cold(subjects))


CONTESTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "fields_write": write,
    "fields_write_new": write_new,
    "fields_read_warm": read_warm,
    "fields_read_cold": read_cold,
}
