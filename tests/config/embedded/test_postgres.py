"""The PostgreSQL runner on the wheel's real server."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from config.embedded.home import CHECKOUT
from config.embedded.postgres import SUPERUSER, Postgres

STARTER = """
import sys, time
from pathlib import Path
from config.embedded.postgres import Postgres
server = Postgres(Path(sys.argv[1]), durable=False)
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


def query(server: Postgres, sql: str) -> list[tuple[object, ...]]:
    with closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_data_survive_a_stop(server: Postgres) -> None:
    query(server, "create table kept as select 7 as number")
    assert server.stop()
    server.start()
    assert query(server, "select number from kept") == [(7,)]


def test_data_survive_kill_9(server: Postgres) -> None:
    query(server, "create table kept as select 7 as number")
    os.kill(server.pid, signal.SIGKILL)
    server.start()
    assert query(server, "select number from kept") == [(7,)]


def test_every_way_in_asks_for_scram(server: Postgres) -> None:
    assert query(server, "select distinct auth_method from pg_hba_file_rules") == [("scram-sha-256",)]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(server.url(role=SUPERUSER, password="wrong", database="postgres"))


def test_server_is_not_root_and_keeps_no_group_of_ours(server: Postgres) -> None:
    status = Path(f"/proc/{server.pid}/status").read_text()
    identities = dict(line.split(":", 1) for line in status.splitlines())
    assert "0" not in identities["Uid"].split()
    assert "0" not in identities["Gid"].split() + identities["Groups"].split()


def test_two_servers_side_by_side(server: Postgres, tmp_path: Path) -> None:
    other = Postgres(tmp_path / "other", durable=False)
    other.start()
    try:
        query(other, "create table only_there ()")
        assert query(server, "select to_regclass('only_there')") == [(None,)]
        assert other.port != server.port
        assert other.password != server.password
    finally:
        other.stop()
        other.remove()


def test_a_taken_port_is_replaced(server: Postgres) -> None:
    server.stop()
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", server.port))
        squatter.listen()
        taken = server.port
        server.start()
        assert server.port != taken
    assert query(server, "select 1") == [(1,)]


def test_a_pid_file_whose_number_is_another_program_now(server: Postgres) -> None:
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    owner = pid_file.stat()
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid) as program:
        pid_file.write_text("\n".join([str(program.pid), *lines[1:]]) + "\n")
        server.start()
        program.kill()
    assert query(server, "select 1") == [(1,)]


def test_a_cluster_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "home", durable=False)
    (server.data.with_name("data.new")).mkdir()
    server.start()
    try:
        assert query(server, "select 1") == [(1,)]
    finally:
        server.stop()
        server.remove()
    assert not server.data.exists()


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o1777])
def test_folders_that_are_not_ours_keep_their_mode(tmp_path: Path, mode: int) -> None:
    parent = tmp_path / "theirs with a space"
    home = parent / "home"
    home.mkdir(parents=True)
    parent.chmod(mode)
    home.chmod(0o750)
    server = Postgres(home, durable=False)
    server.start()
    server.stop()
    server.remove()
    assert parent.stat().st_mode & 0o7777 == mode
    assert home.stat().st_mode & 0o7777 == 0o750


def test_secrets_and_data_are_private(server: Postgres) -> None:
    assert (server.home / "secrets" / "postgres-superuser").stat().st_mode & 0o777 == 0o600
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert server.home.stat().st_mode & 0o777 == 0o700
    command_line = Path(f"/proc/{server.pid}/cmdline").read_bytes()
    assert server.password.encode() not in command_line


def test_log_shows_no_value_of_a_failed_statement(server: Postgres) -> None:
    query(server, "create table person (name text unique)")
    query(server, "insert into person values ('王小明')")
    with pytest.raises(psycopg2.IntegrityError):
        query(server, "insert into person values ('王小明')")
    log = server.log_path.read_text()
    assert "person_name_key" in log
    assert "王小明" not in log


def test_server_dies_with_a_killed_parent(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, home], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
    wait_for(lambda: not is_alive(pid))
    Postgres(home, durable=False).remove()
