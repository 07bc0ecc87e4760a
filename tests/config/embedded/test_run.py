"""The whole of `make run`, with everything real: start, stop, kill -9, a part that ends, reset."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from config.embedded.databases import create_database
from config.embedded.home import CHECKOUT
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from tests.compliance.processes import wait_for
from tests.config.embedded.running import Run, clean_environment, free_port, outcome


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "a home"
    yield path
    outcome("reset", path, typed=path.name)


def test_life_of_a_home(home: Path) -> None:
    first = Run(home, free_port())
    _answers(first)
    _entries_go_into_the_tree(first)
    _each_child_has_only_its_credentials(first)
    _manage_finds_the_services(first)
    _a_second_supervisor_is_refused(first)
    note = _leave_a_note(first)
    assert first.end() == (0, ["Stopping ...", "Stopped."])
    _nothing_is_left(first)

    second = Run(home, first.port)
    _note_is_there(second, note)
    for pid in [second.process.pid, *second.children()]:
        os.kill(pid, signal.SIGKILL)
    second.rest()

    third = Run(home, first.port)
    _note_is_there(third, note)
    _a_part_that_ends_stops_the_rest(third)
    _nothing_is_left(third)

    code, said = outcome("run", home, SEALROOM_MODE="demo")
    assert (code, len(said)) == (1, 1)
    assert "was first started in production mode and stays so" in said[0]

    _goes_only_by_its_name(home)


def _goes_only_by_its_name(home: Path) -> None:
    for typed in ("", "yes\n", f"{home}\n"):
        code, said = outcome("reset", home, typed=typed)
        assert (code, said[-1]) == (1, "sealroom: That is not its name, so nothing was deleted.")
        assert (home / "keys").exists()
    code, said = outcome("reset", home, typed=f"{home.name}\n")
    assert (code, said[-1]) == (0, f"Removed {home}.")
    assert not home.exists()


def test_on_services_that_were_given(home: Path, server: Postgres, tmp_path: Path) -> None:
    queue = Valkey(tmp_path / "queue")
    queue.start()
    try:
        run = Run(home, free_port(), **create_database(server, "given"), REDIS_URL=queue.url)
        _answers(run)
        lines = b"".join(_command_line(pid) for pid in run.children())
        assert b"postgres" not in lines
        assert b"valkey" not in lines
        assert run.end(signal.SIGINT)[0] == 0
    finally:
        queue.stop()


def _command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _answers(run: Run) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/healthz", timeout=10) as answer:
        assert answer.status == 200
    assert f"Sealroom: http://localhost:{run.port}" in run.said
    links = [line.split()[-1] for line in run.said if line.startswith("First ")]
    assert len(links) == 2
    for log in (run.home / "logs").iterdir():
        assert not any(link in log.read_text() for link in links)


def _each_child_has_only_its_credentials(run: Run) -> None:
    for pid, environment in run.children().items():
        names = {entry.split(b"=", 1)[0].decode() for entry in environment.split(b"\0")}
        held = {name for name in names if name.startswith("DATABASE_")}
        line = _command_line(pid)
        allowed = set()
        if b"granian" in line:
            allowed = {"DATABASE_URL"}
        elif b"celery" in line or b"sequence_log" in line:
            allowed = {"DATABASE_WORKER_URL"}
        assert held == allowed, line


def _manage_finds_the_services(run: Run) -> None:
    services = run.home / "services.json"
    assert services.stat().st_mode & 0o777 == 0o600
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check", "--database", "owner"],
        cwd=CHECKOUT,
        env=clean_environment(SEALROOM_HOME=str(run.home)),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _entries_go_into_the_tree(run: Run) -> None:
    """The start itself left entries, and the sequencer takes them."""
    wait_for(lambda: _as_owner(run, "select size from log.head"), "the sequencer's first round")


def _a_second_supervisor_is_refused(run: Run) -> None:
    code, said = outcome("run", run.home)
    assert (code, said) == (1, [f"sealroom: Sealroom already runs in {run.home}; stop it first."])
    assert outcome("reset", run.home, typed=run.home.name)[1][-1] == said[0]


def _as_owner(run: Run, statement: str) -> list[tuple[str]]:
    url = json.loads((run.home / "services.json").read_text())["DATABASE_OWNER_URL"]
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _leave_a_note(run: Run) -> str:
    _as_owner(run, "create table public.note as select 'kept'::text as said")
    return "kept"


def _note_is_there(run: Run, note: str) -> None:
    assert _as_owner(run, "select said from public.note") == [(note,)]


def _a_part_that_ends_stops_the_rest(run: Run) -> None:
    workers = [
        pid
        for pid in run.children()
        if b"celery\0" in _command_line(pid) and b"worker\0" in _command_line(pid)
    ]
    os.kill(min(workers), signal.SIGKILL)
    code, said = run.rest()
    assert code == 1
    assert any("The worker process ended (exit code -9)" in line for line in said)


def _nothing_is_left(run: Run) -> None:
    assert run.children() == {}
    assert not (run.home / "services.json").exists()
