"""The log under load: 64 threads append by the product's own call, while the sequencer, in a process
of its own, puts what they commit into the tree.

An append counts when `record_read` has returned: its entry is committed then. None may be missed: after the
last append and a second more, every entry has its leaf. `BENCH_SECONDS` shortens the run.
"""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_read
from audit.origin import Origin, acting_as
from audit.tree import watching
from config import memory

SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))
THREADS = 64
RATE_BAR, P99_BAR = 5_000, 30.0  # events/s, ms
SETTLED = 2.5  # seconds in which the sequencer takes what was committed last


def run(only: str | None) -> Iterator[dict[str, Any]]:
    memory.settle()  # as the web and worker processes do
    before = _entries()
    sequencer = subprocess.Popen(
        [sys.executable, "manage.py", "sequence_log"], env=os.environ | {"SEALROOM_PROCESS": "worker"}
    )
    try:
        warmed = len(_append(seconds=3))  # connections, caches, the first rounds
        times, lag = _append(seconds=SECONDS), _age_of_the_newest_leaf()
        time.sleep(SETTLED)
    finally:
        sequencer.send_signal(signal.SIGTERM)
        sequencer.wait()
    found = watching.compare()
    missed = before + warmed + len(times) - found.leaves
    assert sequencer.returncode == 0
    rate, p99 = len(times) / SECONDS, statistics.quantiles(times, n=100)[-1] * 1e3
    yield {
        "name": "log_append",
        "value": round(rate),
        "unit": f"events/s for {SECONDS} s with {THREADS} threads, the sequencer running",
        "ratio": round(rate / RATE_BAR, 2),
        "against": f"{RATE_BAR} events/s, p99 at most {P99_BAR:.0f} ms, none missed",
        "bar": 1.0,
        "met": rate >= RATE_BAR and p99 <= P99_BAR and missed == 0 and found.differ == 0,
        "p50_ms": round(statistics.median(times) * 1e3, 1),
        "p99_ms": round(p99, 1),
        "missed": missed,
        "newest_leaf_s": round(lag, 2),
        "size": found.leaves,
    }


def _append(*, seconds: float) -> list[float]:
    """Seconds that each append took."""
    times: list[list[float]] = [[] for _ in range(THREADS)]
    end = time.perf_counter() + seconds

    def work(mine: list[float]) -> None:
        with acting_as(Origin(actor=uuid7(), session=uuid7(), request=uuid7(), network="192.0.2.0/24")):
            while (began := time.perf_counter()) < end:
                record_read(_entry())
                mine.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work, args=[mine]) for mine in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for mine in times for one in mine]


def _entry() -> Entry:
    """What looking at one client writes."""
    return Entry(
        action=Action.CLIENT_REVEAL,
        object_type=ObjectType.CLIENT,
        object_id=(client := uuid7()),
        subjects=(client,),
        deal=uuid7(),
        purpose="sale",
        reason="follow_up",
        fields=("name", "phone"),
        keys=(1, 2),
    )


def _entries() -> Any:
    return _number("select count(*) from log.entry")


def _age_of_the_newest_leaf() -> float:
    """How long ago, in seconds, the newest entry in the tree was written."""
    sql = "select extract(epoch from clock_timestamp() - entry_at) from log.head order by size desc limit 1"
    return float(_number(sql))


def _number(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        [(number,)] = cursor.fetchall()
    return number
