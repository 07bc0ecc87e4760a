"""Child processes that cannot outlive their parent."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TypedDict

from config.embedded.errors import StartError

PR_SET_PDEATHSIG = 1  # prctl(2)
MARK = "SEALROOM_STARTED_BY"  # in every child's environment: the home it was started for

_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """Return the function that ties a forked child to this process (prctl(2), PR_SET_PDEATHSIG)."""
    parent = os.getpid()

    def tie() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # the parent died before prctl: no signal will come
            os._exit(1)

    return tie


class Identity(TypedDict):
    """The arguments of `subprocess` that say as whom a child runs."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def run_as(account: pwd.struct_passwd | None) -> Identity:
    """Return the identity of an account, with no group but its own; None keeps ours."""
    if account is None:
        return Identity(user=None, group=None, extra_groups=None)
    return Identity(user=account.pw_uid, group=account.pw_gid, extra_groups=[])


def spawn(
    command: Sequence[str | Path],
    *,
    home: Path,
    log: IO[bytes],
    death_signal: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
    account: pwd.struct_passwd | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that a Ctrl-C reaches only the supervisor.

    With an account, the child has that user and group and no other group. Call it from the main
    thread: the kernel sends the death signal when the creating thread ends. `tie` only makes two
    system calls, so it is safe between fork and exec.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**(env or system_environment()), MARK: str(home)},
        cwd=cwd,
        start_new_session=True,
        preexec_fn=_die_with_parent(death_signal),  # noqa: PLW1509 (see above)
        **run_as(account),
    )


def system_environment() -> dict[str, str]:
    """Return what a service may inherit: no credential of ours, nothing that steers libpq."""
    return {name: os.environ[name] for name in ("PATH", "TZ", "TMPDIR") if name in os.environ}


def stop(child: subprocess.Popen[bytes], *, first: signal.Signals, grace: float) -> bool:
    """Ask a child to end, then end whatever is left of its session; tell whether it went by itself.

    Args:
        grace: seconds before SIGKILL.
    """
    if child.poll() is None:
        child.send_signal(first)
    try:
        child.wait(timeout=grace)
        went = True
    except subprocess.TimeoutExpired:
        went = False
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    return went


def end_leftovers(home: Path) -> None:
    """Kill what an earlier supervisor of this home left behind (its workers after a kill -9).

    Only processes that carry our mark for this very home are touched; the caller holds the home's lock,
    so none of them can belong to a living supervisor.
    """
    mark = f"{MARK}={home}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            ours = mark in (entry / "environ").read_bytes().split(b"\0")
        except OSError:  # gone, or another user's
            continue
        if ours and int(entry.name) != os.getpid():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(int(entry.name), signal.SIGKILL)


def wait_until(
    ready: Callable[[], bool], child: subprocess.Popen[bytes], *, name: str, seconds: float
) -> bool:
    """Wait for a child to be ready; return False if it ended first.

    Raises:
        StartError: it is alive but not ready within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.poll() is not None:
            return False
        if ready():
            return True
        time.sleep(0.02)
    raise StartError(f"{name} did not become ready within {seconds:.0f} s.")
