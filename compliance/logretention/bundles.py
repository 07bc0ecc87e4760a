"""The file in which the entries of a month live on: made, proved by the program that outsiders use, then
named.

A bundle is that of `compliance.proofs.evidence`: the entries of its month, each of them and no others,
whatever lies between them in the tree. So it holds the same whichever months have left before.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.checkpoints import keys
from audit.checkpoints import store as checkpoints
from audit.dropped import leaves_code
from audit.entry import Entry
from audit.files import owner_only
from audit.log import record_change
from audit.merkle.ranges import Run, runs_text
from compliance.logretention.models import LogMonth
from compliance.proofs.evidence import Wanted, runs_of, write

_PROGRAM = Path(__file__).parents[2] / "tools" / "verify_evidence.py"
_BLOCK = 1 << 20


class CannotBundle(Exception):
    """No checkpoint holds the month yet, the log cannot be signed here, or what was made does not verify."""


def path_of(row: LogMonth) -> Path:
    return Path(settings.LOG_ARCHIVE_DIR) / row.file_name


def is_there(row: LogMonth) -> bool:
    """Whether a file of that length lies in its place: what a page may ask."""
    try:
        return row.bundle is not None and path_of(row).stat().st_size == row.bundle_bytes
    except OSError:
        return False


def is_intact(row: LogMonth) -> bool:
    """Whether the file is the one that its digest names. Reads all of it."""
    if row.bundle is None:
        return row.entries == 0
    try:
        return digest_of(path_of(row)) == bytes(row.bundle)
    except OSError:
        return False


def digest_of(path: Path) -> bytes:
    made = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            made.update(block)
    return made.digest()


def make(row: LogMonth) -> None:
    """Write, verify and name the bundle, and note it in the row and in the log. Safe to be killed: before
    its last step there is no file of this name, or one that no row names and the next run replaces.

    Raises CannotBundle, LogUnavailable, OSError.
    """
    newest = checkpoints.latest()
    runs = [] if newest is None else _runs(row.code, newest.size)
    if newest is None or sum(past - first for first, past in runs) != row.entries:
        raise CannotBundle("no checkpoint holds the whole month")
    folder = Path(settings.LOG_ARCHIVE_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = folder / f".{row.file_name}.{secrets.token_hex(4)}"
    try:
        with open(temporary, "xb", opener=owner_only) as file, transaction.atomic():
            _no_time_limit()
            wanted = Wanted(kind="month", about=row.code)
            write(file, wanted, wanted.parameters(newest.size), newest)
            file.flush()
            os.fsync(file.fileno())
        prove(temporary, row.code, runs)
        digest, length = digest_of(temporary), temporary.stat().st_size
        temporary.rename(path_of(row))
        _settle(folder)
    except keys.NoKeys as missing:
        raise CannotBundle(str(missing)) from None
    finally:
        temporary.unlink(missing_ok=True)
    with transaction.atomic():
        row.bundle, row.bundle_bytes, row.bundle_size = digest, length, newest.size
        row.bundled_at, row.leaves = timezone.now(), leaves_code(runs)
        row.save(update_fields=["bundle", "bundle_bytes", "bundle_size", "bundled_at", "leaves"])
        record_change(
            Entry(
                action=Action.LOG_ARCHIVE,
                object_type=ObjectType.LOG,
                object_id=None,
                fields=(f"month.{row.code}", f"entries-{row.entries}", digest.hex(), f"size-{newest.size}"),
            )
        )


def prove(path: Path, about: str, runs: Sequence[Run]) -> None:
    """As an outsider does it, with the house's public keys: the same program, in a process of its own.

    Raises CannotBundle.
    """
    asked = [one for key in keys.load().public() for one in ("--key", key.vkey())]
    command = [sys.executable, "-I", str(_PROGRAM), str(path), *asked, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own program)
    facts = json.loads(done.stdout)["facts"] if done.returncode == 0 else {}
    count, (first, past) = sum(past - first for first, past in runs), (runs[0][0], runs[-1][1])
    expected: dict[str, object] = {"count": count, "first": first, "last": past - 1, "about": about}
    if len(runs) > 1:
        expected |= {"here": runs_text(runs), "others": past - first - count}
    if facts.get("range" if len(runs) == 1 else "runs") != expected:
        raise CannotBundle(f"the bundle of {about} does not verify")


def _runs(month: str, size: int) -> list[Run]:
    with transaction.atomic():
        _no_time_limit()
        return runs_of(month, size)


def _no_time_limit() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")


def _settle(folder: Path) -> None:
    """The new name is on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
