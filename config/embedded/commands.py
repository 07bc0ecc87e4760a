"""The Django commands of a start, each as a child with only the credentials it needs."""

import hashlib
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from config.embedded.errors import StartError
from config.embedded.files import write_private
from config.embedded.home import CHECKOUT
from config.embedded.process import spawn, stop


def has_command(name: str) -> bool:
    """Tell whether one of our apps has this management command."""
    return any(CHECKOUT.glob(f"*/management/commands/{name}.py")) or any(
        CHECKOUT.glob(f"*/*/management/commands/{name}.py")
    )


def manage(*arguments: str, home: Path, env: Mapping[str, str]) -> str:
    """Run `manage.py` and return what it printed; all of it goes to logs/setup.log.

    Raises:
        StartError: it failed; with its last line.
    """
    path = home / "logs" / "setup.log"
    with path.open("ab") as log:
        start = log.tell()
        child = spawn([sys.executable, "manage.py", *arguments], home=home, log=log, env=env, cwd=CHECKOUT)
        try:
            code = child.wait()
        finally:  # told to stop meanwhile
            stop(child, first=signal.SIGTERM, grace=2)
    with path.open("rb") as written:
        written.seek(start)
        said = written.read().decode(errors="replace").strip()
    if code:
        last = said.splitlines()[-1] if said else f"exit code {code}"
        raise StartError(f"manage.py {arguments[0]} failed: {last} (log: {path})")
    return said


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


def last_line(path: Path) -> str:
    """Return the last line of a log, for the message about a child that ended."""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
