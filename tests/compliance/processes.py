"""Other processes of the tests: a real Celery worker with the worker's login, and pg_dump."""

import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

from django.db import connections

from config.embedded.postgres import PACKAGE
from tests import databases
from tests.conftest import DATABASE

BIN = PACKAGE / "pginstall" / "bin"
FORKED = "forked"
PATIENCE = 60.0  # seconds that a process may take before the test says that it hangs


def in_this_database(url: str) -> str:
    """The same login, in the database of the test."""
    return urlsplit(url)._replace(path=f"/{DATABASE}").geturl()


@contextmanager
def celery_worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the queue and in the database of this test; killed at the end if it still lives."""
    names = ("DATABASE_URL", "DATABASE_WORKER_URL", "DATABASE_OWNER_URL")
    environment = os.environ | {name: in_this_database(os.environ[name]) for name in names}
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "config.celery:app",
        "worker",
        "--loglevel",
        "warning",
    ]
    process = subprocess.Popen(
        [*command, "--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"],
        env=environment | {"SEALROOM_PROCESS": "worker"},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


@contextmanager
def forked(work: Callable[[], object]) -> Iterator[int]:
    """The work in a child of this process, with its logins and connections of its own named FORKED; killed
    with -9 at the end, and its sessions with it, as when a machine goes off. Its process id."""
    child = os.fork()
    if not child:
        os.environ["PGAPPNAME"] = FORKED
        try:
            for inherited in connections.all(initialized_only=True):
                inherited.connection = None  # unclosed: it is the parent's
            work()
        except Exception:  # noqa: BLE001 (it is not the test's process: nobody above would tell)
            traceback.print_exc()
        finally:
            os._exit(0)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        _end_its_sessions()


def killed_in(work: Callable[[], object]) -> None:
    """The work in such a child, which kills itself with -9 in the middle of it. Its sessions have ended, too:
    the database can take a while to see that nobody is there, and keeps their locks so long."""
    with forked(work) as child:
        status = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert status is not None
    assert status.si_status == signal.SIGKILL, "it was to die in the middle"


def _end_its_sessions() -> None:
    with closing(databases.superuser(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = %s",
            [FORKED],
        )
    wait_for(lambda: not forks(), "the sessions of a killed process end")


def forks(condition: str = "true") -> int:
    """How many sessions of forked children there are, of which the condition is true."""
    with closing(databases.superuser(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) from pg_stat_activity where application_name = '{FORKED}' and {condition}"
        )
        found: int = cursor.fetchone()[0]
        return found


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9, and wait until it is dead."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)


def wait_for(true: Callable[[], object], what: str) -> None:
    """Wait until it is so. Raises TimeoutError: it hangs."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


def worker_sessions(condition: str = "true") -> int:
    """How many sessions of the worker's login this database has, of which the condition is true."""
    with closing(databases.superuser(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where usename = 'sealroom_worker'"
            f" and datname = current_database() and {condition}"
        )
        found: int = cursor.fetchone()[0]
        return found


def a_worker_waits_for_a_lock() -> bool:
    return bool(worker_sessions("wait_event_type = 'Lock'"))


def pg_dump(*options: str) -> str:
    """A dump of the test's database as plain SQL, taken by the superuser."""
    address = in_this_database(os.environ["TEST_SUPERUSER_URL"])
    done = subprocess.run(
        [BIN / "pg_dump", "--dbname", address, *options], capture_output=True, text=True, check=True
    )
    return done.stdout


def psql(database: str, sql: str) -> None:
    """Run a dump in a database as superuser; the first error ends it."""
    address = urlsplit(os.environ["TEST_SUPERUSER_URL"])._replace(path=f"/{database}").geturl()
    options = ["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--output", os.devnull]
    subprocess.run([BIN / "psql", *options, address], input=sql, text=True, check=True)
