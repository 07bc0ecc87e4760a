"""The heads of the chains, kept outside the database.

Each process notes the last committed (writer, seq, link) of its connections, and a thread writes them
to `$SEALROOM_HOME/heads/` at most once a second and at exit. Whoever cuts the end of a chain inside the
database, or a whole chain, is contradicted by the file. Ids and hashes only, no personal data.

What stays open is a superuser who acts within that second, or who can also write these files; the signed
checkpoints close that. A file's name is random and a new one is begun after MAX_HEADS chains: a file that is
no longer written keeps the final heads of its chains.
"""

import atexit
import json
import logging
import os
import threading
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from audit.ids import uuid7
from audit.process import PerProcess

INTERVAL = 1.0  # seconds
MAX_HEADS = 1000

logger = logging.getLogger(__name__)


class Head(NamedTuple):
    """A chain's last entry. `link` is in hexadecimal."""

    writer: str
    seq: int
    link: str


class HeadFile:
    """The heads of one process, and the file that they are written to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._begin()

    def note(self, head: Head) -> None:
        """Remember a head. Called once it is committed, so that a file never runs ahead of the log."""
        with self._lock:
            known = self._heads.get(head.writer)
            if known is None or known.seq < head.seq:
                self._heads[head.writer] = head

    def write(self) -> None:
        """Replace the file by the heads known now: whole, and on disk before this returns."""
        with self._lock:
            path, heads = self._path, list(self._heads.values())
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_suffix(".new")
        with open(temporary, "w", encoding="utf-8", opener=_owner_only) as file:
            json.dump({"v": 1, "heads": heads}, file, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if len(heads) >= MAX_HEADS:
            written = set(heads)
            with self._lock:
                later = [head for head in self._heads.values() if head not in written]
                self._begin()
                self._heads.update((head.writer, head) for head in later)

    def _begin(self) -> None:
        self._heads: dict[str, Head] = {}
        self._path = self._folder / f"{uuid7()}.json"


class HeadKeeper:
    """The thread that writes the file, at most once in INTERVAL."""

    def __init__(self, folder: Path) -> None:
        self._file = HeadFile(folder)
        self._noted = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-heads", daemon=True)
        self._thread.start()

    def note(self, head: Head) -> None:
        """Remember a committed head, and have it written."""
        self._file.note(head)
        self._noted.set()

    def close(self) -> None:
        """Write what is not written yet and end the thread."""
        self._closed.set()
        self._noted.set()
        self._thread.join()

    def _run(self) -> None:
        closing = False
        while not closing:
            self._noted.wait()
            self._noted.clear()
            closing = self._closed.is_set()
            try:
                self._file.write()
            except OSError as error:
                logger.error("the heads of the log cannot be written: %s", error.strerror)
            self._closed.wait(INTERVAL)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


_keeper = PerProcess(lambda: HeadKeeper(Path(settings.HEADS_DIR)))
close = _keeper.close
atexit.register(close)


def note(head: Head) -> None:
    """Note a committed head of this process."""
    _keeper.get().note(head)


def read(folder: Path) -> dict[str, list[Head]]:
    """All heads in the folder by chain. Raises ValueError naming a file that is not one of ours."""
    heads: dict[str, list[Head]] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            for writer, seq, link in json.loads(path.read_text(encoding="utf-8"))["heads"]:
                heads.setdefault(writer, []).append(Head(str(writer), int(seq), str(link)))
        except (KeyError, TypeError, ValueError):
            raise ValueError(_("%(path)s is not a file of heads") % {"path": path}) from None
    return heads
