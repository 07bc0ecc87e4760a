"""The sequencer killed with -9 at every step of a round, told to stop, cut off from the database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connections

from audit.tree import store, watching
from audit.tree.running import Sequencer
from audit.tree.sequencing import sequence
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import leaves, write
from tests.compliance.processes import PATIENCE, kill, wait_for

# Where the round waits for a lock that the test holds when the process is killed: one step after another.
STEPS = {
    "no leaf yet": "lock table log.leaf in share mode",
    "leaves, no tile": "lock table log.tile in share mode",
    "tiles, no head": "lock table log.head in share mode",
}
ROUND = "usename = 'sealroom_worker' and datname = current_database() and query ~ 'log.sequence'"
IN_A_ROUND = f"select count(*) from pg_stat_activity where {ROUND} and state = 'active'"
WAITING = f"{IN_A_ROUND} and wait_event_type = 'Lock'"
END = f"select pg_terminate_backend(pid, 10000) from pg_stat_activity where {ROUND}"

END_ALL = "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = 'sealroom_worker'"


@contextmanager
def forked() -> Iterator[int]:
    """The sequencer's loop in a child process with connections of its own; killed with -9 at the end."""
    child = os.fork()
    if not child:
        try:
            for inherited in connections.all(initialized_only=True):
                inherited.connection = None  # unclosed: it is the parent's
            Sequencer().run(Event())
        finally:
            os._exit(1)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def count(house: House, sql: str) -> int:
    [(number,)] = house.ask(sql)
    return int(str(number))


@pytest.mark.parametrize("session_too", [False, True], ids=["process", "session, too"])
def test_killed_at_every_step_it_leaves_a_whole_round_or_none(house: House, session_too: bool) -> None:
    """The session of a killed process ends its statement, so the round is whole; with the session killed,
    as when the database's machine goes off, there is none.
    """
    written = []
    for step, lock in STEPS.items():
        written += write(house, 300)
        size = count(house, "select coalesce(max(size), 0) from log.head")
        with house.session(autocommit=False) as blocker, blocker.cursor() as cursor:
            cursor.execute(lock)
            with forked():
                wait_for(lambda: count(house, WAITING), step)
            if session_too:
                house.ask(END)
        wait_for(lambda: not count(house, IN_A_ROUND), step)
        now = count(house, "select coalesce(max(size), 0) from log.head")
        assert now == (size if session_too else len(written)), step
        assert count(house, "select count(*) from log.leaf") == now
        assert count(house, "select count(*) from log.tile where level = 0") == now // 256
    sequence()
    assert leaves(house) == written
    head = store.head()
    assert head is not None
    assert (head.size, head.root) == (len(written), store.root_at(len(written)))
    assert watching.compare().differ == 0


def test_it_runs_until_it_is_told_to_stop_and_outlives_its_sessions(house: House) -> None:
    """The real command. Its sessions end, as when the database restarts; the next second finds a new one."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sequence_log"],
        env=os.environ | house.urls | {"SEALROOM_PROCESS": "worker"},
        stderr=subprocess.PIPE,
    )
    try:
        [first] = write(house)
        wait_for(lambda: leaves(house) == [first], "the first round")
        house.ask(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = 'sealroom_worker'"
        )
        [second] = write(house)
        wait_for(lambda: leaves(house) == [first, second], "a round after the sessions ended")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
    finally:
        kill(process)
    assert process.returncode == 0
    assert b"fails, and is tried again each second" in said
    assert b"succeeds again" in said


def test_once_it_takes_what_waits_and_ends(house: House) -> None:
    write(house, 3)
    printed = StringIO()
    call_command("sequence_log", once=True, json=True, stdout=printed)
    assert printed.getvalue() == '{"added": 3, "size": 3}\n'
    printed = StringIO()
    call_command("sequence_log", once=True, stdout=printed)
    assert printed.getvalue() == "0 added, 3 in the tree.\n"
