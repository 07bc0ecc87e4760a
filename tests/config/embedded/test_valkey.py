"""The Valkey runner on the wheel's real server."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from config.embedded.valkey import Valkey


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    valkey = Valkey(tmp_path / "home with a space")
    valkey.start()
    yield valkey
    valkey.stop()


def test_it_asks_for_its_password(server: Valkey) -> None:
    with redis.Redis(port=server.port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    assert server.password.encode() not in Path(f"/proc/{server.pid}/cmdline").read_bytes()
    assert (server.home / "valkey" / "valkey.conf").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_data_survive(server: Valkey, end: signal.Signals) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.rpush("queue", "job")
    os.kill(server.pid, end)
    server.stop()
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.lrange("queue", 0, -1) == [b"job"]


def test_two_servers_side_by_side(server: Valkey, tmp_path: Path) -> None:
    other = Valkey(tmp_path / "other")
    other.start()
    try:
        assert other.port != server.port
        assert other.password != server.password
    finally:
        other.stop()
