"""A month of the log leaves: counting what keeps it, bundling, proving, checking and dropping it, with the
most memory that each took of our process, of its database session and of the verifier.

The month has `BENCH_ROWS` entries of true leaves in chains of 150, as connections leave them; some of those
go on in the next one. No bar is set: what must hold is that memory does not grow with the month.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, connections, transaction
from django.utils import timezone
from psycopg2.extras import execute_values

from audit.checkpoints import signing
from audit.entry import leaf, timestamp
from audit.origin import Origin, acting_as
from audit.rows import COLUMNS
from audit.tree.sequencing import MOST, sequence
from compliance.anomalies.models import Finding
from compliance.logretention import bundles, leaving, months
from compliance.logretention.keeping import kept
from compliance.logretention.models import LogMonth
from compliance.logretention.policy import Policy
from compliance.proofs.evidence import runs_of
from config import env
from people.accounts.models import Kind, User
from people.accounts.system import ensure_system_account, system_account
from people.roles.builtin import RoleCode, ensure_builtin_roles
from people.roles.models import GrantState, RoleGrant

ROWS = int(os.environ.get("BENCH_ROWS", "300000"))
NEXT = ROWS // 100
CHAIN = 150  # entries of a connection
FINDINGS = 300
MONTH, AFTER = date(2023, 5, 1), date(2023, 6, 1)
_TABLE = """
create table log.entry_{code} (like log.entry including all);
create unique index entry_{code}_chain on log.entry_{code} (writer, seq);
create trigger refuse_truncate before truncate on log.entry_{code} execute function log.refuse();
alter table log.entry_{code} enable always trigger refuse_truncate;
alter table log.entry attach partition log.entry_{code} for values from ('{first}Z') to ('{past}Z')
"""
_ROW = "(" + ", ".join(["%s"] * 5) + ", 'client.reveal', '', '', 'done', 'client', '{}', '{}', %s)"
_INSERT = (
    "insert into log.entry (id, at, actor, object_id, subjects, action, purpose, reason, result, object_type,"
    " fields, keys, leaf) values %s"
)


def run(only: str | None) -> Iterator[dict[str, Any]]:
    ensure_system_account()
    ensure_builtin_roles()
    officers = [_officer(name) for name in ("first", "second")]
    started = time.perf_counter()
    _fill()
    filled = time.perf_counter() - started
    _findings()
    _as_worker()
    _sign(officers[0])
    row = LogMonth.objects.create(pk=MONTH, entries=months.count(MONTH), kept={})
    told: dict[str, Any] = {}
    with acting_as(Origin(actor=officers[0].pk)):
        told["grounds"] = _measured(lambda: kept(MONTH, Policy()))
        told["columns_against_leaves"] = _measured(lambda: months.agrees_with_leaves(MONTH))
        told["bundle_and_prove"] = _measured(lambda: bundles.make(row))
        runs = runs_of(row.code, _size())
        told["prove"] = _measured(lambda: bundles.prove(bundles.path_of(row), row.code, runs))
    with acting_as(Origin(actor=officers[1].pk)), transaction.atomic():
        leaving.order(row, asked_by=officers[0], approved_by=officers[1])
    _sign(officers[0])
    with acting_as(Origin(actor=officers[1].pk)):
        told["everything_again_and_drop"] = _measured(lambda: leaving.let_go(MONTH))
    assert MONTH not in months.partitions()
    yield {
        "name": "log_month",
        "value": round(sum(told[part]["s"] for part in told if part != "prove"), 1),
        "unit": f"s for a month of {ROWS} entries, from counting what keeps it to its drop",
        "ratio": None,
        "against": None,
        "bar": None,
        "met": True,
        "parts": told,
        "bundle_bytes": row.bundle_bytes,
        "filled_in_s": round(filled),
    }


def _officer(name: str) -> User:
    user = User.objects.create(
        username=name, display_name=name, kind=Kind.STAFF, email=f"{name}@example.test"
    )
    RoleGrant.objects.create(
        user=user,
        role_id=RoleCode.COMPLIANCE_OFFICER,
        state=GrantState.ACTIVE,
        granted_by=system_account(),
    )
    return user


def _fill() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("set statement_timeout = 0; set role sealroom_log")
        for month, past in ((MONTH, AFTER), (AFTER, date(2023, 7, 1))):
            cursor.execute(_TABLE.format(code=f"{month:%Y%m}", first=month, past=past))
        for start in range(0, ROWS, CHAIN):
            cursor.execute("select set_config('sealroom.chain', '', false)")
            _insert(cursor, MONTH, start, min(CHAIN, ROWS - start))
            if start < NEXT * 30:  # of every thirtieth connection
                _insert(cursor, AFTER, start // 30, CHAIN // 30)
        cursor.execute("analyze log.entry; reset role")


def _insert(cursor: Any, month: date, start: int, count: int) -> None:
    step = timedelta(days=28) / ROWS
    rows = []
    for number in range(start, start + count):
        at = datetime(month.year, month.month, 1, tzinfo=UTC) + step * number
        one, actor, client = str(uuid4()), str(UUID(int=number % 60 + 1)), str(uuid4())
        columns: dict[str, Any] = dict.fromkeys(COLUMNS) | {
            "id": one,
            "actor": actor,
            "object_id": client,
            "subjects": [client],
            "action": "client.reveal",
            "object_type": "client",
            "result": "done",
            "purpose": "",
            "reason": "",
            "fields": [],
            "keys": [],
        }
        data = leaf(columns, detail=None, time=timestamp(at))
        rows.append((one, at, actor, client, f"{{{client}}}", data))
    execute_values(cursor.cursor, _INSERT, rows, _ROW)


def _findings() -> None:
    """Undecided ones about other entries: each is compared with the month's."""
    Finding.objects.bulk_create(
        Finding(
            rule="denied_burst",
            version=0,
            about=str(number),
            day=MONTH,
            measure=12,
            limit=10,
            entries=[uuid4() for _ in range(50)],
            entry_count=50,
            last_at=timezone.now(),
        )
        for number in range(FINDINGS)
    )


def _as_worker() -> None:
    for alias in ("default", "audit"):
        connections[alias].close()
        connections[alias].settings_dict |= env.postgres(
            os.environ["DATABASE_WORKER_URL"], name="DATABASE_WORKER_URL"
        )


def _sign(officer: User) -> None:
    signing.EVERY = timedelta(0)
    while (done := sequence()) is None or done.added == MOST:
        pass
    with acting_as(Origin(actor=officer.pk)):
        assert signing.sign_latest() is not None


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select max(size) from log.checkpoint")
        return int(cursor.fetchone()[0])


def _measured(work: Callable[[], object]) -> dict[str, float]:
    """Seconds, and the most MiB that our process and its database session had beside what they had before."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        [session] = cursor.fetchone()
    with _watched([os.getpid()]) as ours, _watched([session]) as theirs, _watched(None) as verifier:
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
    return {
        "s": round(seconds, 2),
        "process_mb": ours[0],
        "session_mb": theirs[0],
        "verifier_mb": verifier[0],
    }


@contextmanager
def _watched(processes: list[int] | None) -> Iterator[list[float]]:
    """The growth of processes' own memory, looked at fifty times a second: shared buffers are not their own.
    None: the verifier, while it runs."""
    before, peak, over = sum(map(_own, processes or [])), [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            now = sum(map(_own, _verifiers() if processes is None else processes))
            peak[0] = max(peak[0], round((now - before) / 1024, 1))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _verifiers() -> list[int]:
    """Processes that this one has started to run the program for outsiders."""
    found = []
    for path in Path("/proc/self/task").glob("*/children"):
        found += [int(one) for one in _text(path).split()]
    return [one for one in found if "verify_evidence" in _text(Path(f"/proc/{one}/cmdline"))]


def _own(process: int) -> int:
    """KiB; 0 for a process that is over."""
    for line in _text(Path(f"/proc/{process}/status")).splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
