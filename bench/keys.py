"""Keys at size: a rotation of a million subject keys while reads go on, and the shredding of 100,000
subjects.

Both run in a process with the worker's login (bench/worker.py), as in production. `BENCH_KEYS` scales both
down for a quick look; the bars are meant for the whole.
"""

import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections, transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.origin import Origin, acting_as
from people.accounts.system import SYSTEM_ID, system_account
from vault.crypto.keywrap import KeyKind
from vault.custody.services import order
from vault.keys import claims, store
from vault.keys.cache import Opened
from vault.keys.service import key_cache, new_keys, open_keys, open_new_compartment

KEYS = int(os.environ.get("BENCH_KEYS", "1000000"))
COMPARTMENTS = 20
SUBJECTS_SHRED = KEYS // 10
TOKENS = 10  # in the index row of each subject
UNIQUE, CLAIMS = 2, 2  # a person's ID number and phone, within the book and across the house
PAGE = 100
IDLE_READS = 300
AT_ONCE = 10_000
ROTATION_BAR, READ_BAR, SHRED_BAR = 60.0, 2.0, 20.0  # seconds, ratio, seconds

Subjects = list[tuple[int, uuid.UUID]]  # key id, owner


def run(only: str | None) -> Iterator[dict[str, Any]]:
    with acting_as(Origin(actor=SYSTEM_ID)):
        if only in {None, "epoch_rotation"}:
            yield epoch_rotation()
        if only in {None, "shred"}:
            yield shred()


def epoch_rotation() -> dict[str, Any]:
    books = [_fill(KEYS // COMPARTMENTS) for _ in range(COMPARTMENTS)]
    idle = [_read(books) for _ in range(IDLE_READS)]
    version = store.root_in_force()
    assert version is not None
    with transaction.atomic():
        rotation = order(ordered_by=system_account(), approval=uuid.uuid4(), version=version)
    busy: list[float] = []
    worker = _worker("rotate", str(rotation.pk))
    while worker.poll() is None:
        busy.append(_read(books))
    told = _told(worker)
    ratio = _p95(busy) / _p95(idle)
    assert told["moved"] == KEYS, told
    return {
        "name": "epoch_rotation",
        "value": told["seconds"],
        "unit": f"s for {KEYS} keys",
        "ratio": round(told["seconds"] / ROTATION_BAR, 2),
        "against": f"{ROTATION_BAR:.0f} s; reads meanwhile at most {READ_BAR:.0f}× idle at p95",
        "bar": 1.0,
        "met": told["seconds"] <= ROTATION_BAR and ratio <= READ_BAR,
        "reads": {
            "p95_idle_ms": round(_p95(idle) * 1e3, 2),
            "p95_busy_ms": round(_p95(busy) * 1e3, 2),
            "ratio": round(ratio, 2),
            "count": len(busy),
        },
    }


def shred() -> dict[str, Any]:
    compartment, subjects = _fill(SUBJECTS_SHRED)
    [index_key] = new_keys(KeyKind.INDEX, [uuid.uuid4()], parent=compartment).values()
    entry = Entry(
        action=Action.BOOK_OPEN,
        object_type=ObjectType.BOOK,
        object_id=compartment.compartment,
        keys=(index_key,),
    )
    _index([owner for _, owner in subjects], compartment.compartment, entry)
    worker = _worker("shred")
    assert worker.stdin is not None
    worker.stdin.write("\n".join(str(owner) for _, owner in subjects))
    worker.stdin.close()
    worker.stdin = None
    told = _told(worker)
    assert (told["keys"], told["index_rows"]) == (SUBJECTS_SHRED, SUBJECTS_SHRED), told
    assert _left(compartment.compartment) == [0, 0, 0]
    return {
        "name": "shred",
        "value": told["seconds"],
        "unit": f"s for {SUBJECTS_SHRED} subjects with {TOKENS} index tokens, {UNIQUE} unique tokens and "
        f"{CLAIMS} claims each, orders included",
        "ratio": round(told["seconds"] / SHRED_BAR, 2),
        "against": f"{SHRED_BAR:.0f} s",
        "bar": 1.0,
        "met": told["seconds"] <= SHRED_BAR,
    }


def _index(owners: Sequence[uuid.UUID], compartment: uuid.UUID, entry: Entry) -> None:
    """Enter for each subject what search and 撞单 know of a client that came in by a list."""
    bases = [store.packed_base(compartment, label) for label in range(1, TOKENS + 1)]
    for start in range(0, len(owners), AT_ONCE):
        part = owners[start : start + AT_ONCE]
        rows = [
            store.index_row(
                owner,
                [str(base + secrets.randbits(16)) for base in bases],
                [secrets.token_hex(16) for _ in range(UNIQUE)],
                ["f"] * UNIQUE,
            )
            for owner in part
        ]
        entries = store.index_entries(rows)
        store.index_write(record_read(entry), compartment, replaced=[], entries=entries)
        claims.enter(
            replaced=[], rows=[(owner, [secrets.token_hex(16) for _ in range(CLAIMS)]) for owner in part]
        )
    assert _left(compartment) == [len(owners), UNIQUE * len(owners), CLAIMS * len(owners)]


def _left(compartment: uuid.UUID) -> list[int]:
    """Index rows and unique tokens of the compartment, and claims of the house, whose only ones are its."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("set role sealroom_keyring")
        cursor.execute(
            "select (select count(*) from keyring.index_entry where compartment = %(of)s),"
            " (select count(*) from keyring.index_unique where compartment = %(of)s),"
            " (select count(*) from keyring.claim)",
            {"of": compartment},
        )
        [counts] = cursor.fetchall()
        cursor.execute("reset role")
        return list(counts)


def _fill(count: int) -> tuple[Opened, Subjects]:
    """A compartment with that many subject keys, made as the product makes them."""
    with transaction.atomic():
        compartment = open_new_compartment(uuid.uuid4())
    subjects: Subjects = []
    for start in range(0, count, AT_ONCE):
        owners = [uuid.uuid4() for _ in range(min(AT_ONCE, count - start))]
        made = new_keys(KeyKind.SUBJECT, owners, parent=compartment)
        subjects += [(made[owner], owner) for owner in owners]
    return compartment, subjects


def _read(books: Sequence[tuple[Opened, Subjects]]) -> float:
    """Seconds of opening a page of keys that this process does not hold, its log entry included."""
    compartment, subjects = random.choice(books)
    page = random.sample(subjects, PAGE)
    handle = compartment.handle or 0
    keys = [key_id for key_id, _ in page]
    entry = Entry(
        action=Action.CLIENT_LIST,
        object_type=ObjectType.BOOK,
        object_id=compartment.compartment,
        subjects=tuple(owner for _, owner in page),
        keys=(handle, *keys),
    )
    key_cache().purge(keys=set(keys), compartments=set(), seen_change=0)
    began = time.perf_counter()
    open_keys(record_read(entry), entry.keys)
    return time.perf_counter() - began


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _worker(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.worker", *arguments],
        env=os.environ | {"SEALROOM_PROCESS": "worker"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _told(worker: subprocess.Popen[str]) -> dict[str, Any]:
    text, _ = worker.communicate()
    if worker.returncode:
        raise RuntimeError("the worker of the benchmark failed")
    found: dict[str, Any] = json.loads(text)
    return found
