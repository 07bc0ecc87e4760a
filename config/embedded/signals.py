"""The signals that end a run, as an exception in the main thread."""

import os
import signal
from pathlib import Path
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop."""


def listen() -> None:
    """From now on an ending signal raises Stopped, also when it reached only the `make` above us.

    GNU make hands SIGTERM on, but not a SIGINT of its own: it expects the terminal to have sent one to
    everybody, and waits for us. So we look at it twice a second.
    """
    for number in ENDING:
        signal.signal(number, _stop)
    if os.environ.get("MAKELEVEL"):
        signal.signal(signal.SIGALRM, _look_at_make)
        signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)


def ignore() -> None:
    """From now on nothing interrupts us: we are stopping."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _look_at_make(number: int, frame: FrameType | None) -> None:
    """Stop if our parent is a make inside its SIGINT handler: there that signal is blocked (proc(5))."""
    status = Path(f"/proc/{os.getppid()}/status").read_text(encoding="utf-8", errors="replace")
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    blocked = int(fields["SigBlk"], 16)
    if fields["Name"].strip() in ("make", "gmake") and blocked & 1 << (signal.SIGINT - 1):
        raise Stopped
