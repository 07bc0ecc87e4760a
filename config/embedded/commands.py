"""The Django commands of a start, each as a child with only the credentials it needs."""

import hashlib
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from config.embedded.errors import StartError
from config.embedded.files import write_private
from config.embedded.home import CHECKOUT
from config.embedded.process import spawn, stop


def manage(*arguments: str, home: Path, env: Mapping[str, str]) -> None:
    """Run `manage.py`; what it prints goes to logs/setup.log.

    Raises:
        StartError: it failed; with its last line.
    """
    path = home / "logs" / "setup.log"
    with path.open("a+b") as log:
        said, code = _run(arguments, home, env, log)
    if code:
        raise StartError(f"manage.py {arguments[0]} failed: {_last(said)} (log: {path})")


def ask(*arguments: str, home: Path, env: Mapping[str, str]) -> str:
    """Run `manage.py` and return what it printed, which may be secret and is kept nowhere.

    Raises:
        StartError: it failed; with its last line.
    """
    with tempfile.TemporaryFile() as answer:
        said, code = _run(arguments, home, env, answer)
    if code:
        raise StartError(f"manage.py {arguments[0]} failed: {_last(said)}")
    return said


def _run(arguments: Sequence[str], home: Path, env: Mapping[str, str], output: IO[bytes]) -> tuple[str, int]:
    """Run `manage.py` and return what it added to `output`, and its exit code."""
    start = output.seek(0, os.SEEK_END)
    child = spawn([sys.executable, "manage.py", *arguments], home=home, log=output, env=env, cwd=CHECKOUT)
    try:
        code = child.wait()
    finally:  # told to stop meanwhile
        stop(child, first=signal.SIGTERM, grace=2)
    output.seek(start)
    return output.read().decode(errors="replace").strip(), code


def collect_static(home: Path, env: Mapping[str, str]) -> None:
    """Run collectstatic if a static file or a pin has changed since the last time."""
    sources = [CHECKOUT / "requirements" / "run.txt", *sorted((CHECKOUT / "static").rglob("*"))]
    state = "\n".join(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sources)
    digest = hashlib.sha256(state.encode()).hexdigest()
    stamp = home / "staticfiles.stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
        manage("collectstatic", "--no-input", "--clear", home=home, env=env)
        write_private(stamp, digest)


def web_command(port: int) -> list[str]:
    """Return granian's command line: one process whose threads wait for the database most of the time."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "16", "--workers-kill-timeout", "3"),
        *("--no-ws", "--no-access-log", "--log-level", "warning"),
        "config.wsgi:application",
    ]


def celery_command(*arguments: str) -> list[str]:
    """Return Celery's command line for the worker or beat."""
    return [sys.executable, "-m", "celery", "--app", "config.celery:app", *arguments, "--loglevel", "warning"]


WORKER = celery_command("worker", "--concurrency", "2", "--without-gossip", "--without-mingle")
BEAT = celery_command("beat", "--pidfile=")
SEQUENCER = [sys.executable, "manage.py", "sequence_log"]


def last_line(path: Path) -> str:
    """Return the last line of a log, for the message about a child that ended."""
    return _last(path.read_text(encoding="utf-8", errors="replace"))


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
