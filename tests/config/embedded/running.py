"""A real `python -m config.embedded run` of its own, for the tests."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from config.embedded.home import CHECKOUT
from config.embedded.process import MARK

READY = "Stop: Ctrl-C"
OURS = ("DATABASE_", "REDIS_", "SEALROOM_", "SECRET_", "TEST_", "PORT")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without the services of the test run."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | more


def command(what: str, home: Path, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.embedded", what],
        cwd=CHECKOUT,
        env=clean_environment(SEALROOM_HOME=str(home), **env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def outcome(what: str, home: Path, *, typed: str = "", **env: str) -> tuple[int, list[str]]:
    """Run to the end; return the exit code and the lines it said."""
    process = command(what, home, **env)
    said, _ = process.communicate(typed, timeout=120)
    return process.returncode, said.splitlines()


class Run:
    """One run, up to its greeting."""

    def __init__(self, home: Path, port: int, *, mode: str = "production", **env: str) -> None:
        self.home = home
        self.port = port
        self.process = command("run", home, PORT=str(port), SEALROOM_MODE=mode, **env)
        assert self.process.stdout is not None
        self.said: list[str] = []
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if READY in line:
                return
        raise AssertionError("\n".join(self.said))

    def children(self) -> dict[int, bytes]:
        """Every living process started for this home, by id, with its environment."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if f"{MARK}={self.home.resolve()}".encode() in environment.split(b"\0"):
                found[int(entry.name)] = environment
        return found

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, list[str]]:
        """Send a signal to the supervisor; return its exit code and last lines."""
        self.process.send_signal(how)
        return self.rest()

    def rest(self) -> tuple[int, list[str]]:
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said.splitlines()
