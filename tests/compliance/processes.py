"""Other processes of the tests: a real Celery worker with the worker's login, and pg_dump."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from config.embedded.postgres import PACKAGE
from tests.conftest import DATABASE

BIN = PACKAGE / "pginstall" / "bin"
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


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9, and wait until it is dead."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)


def wait_for(true: Callable[[], bool], what: str) -> None:
    """Wait until it is so. Raises TimeoutError: it hangs."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


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
