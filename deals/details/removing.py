"""Removing the details hidden in a file, in a process with limits (sandbox.py), from plaintext in memory.

The process that parses is taken to be the sender's. All that it can do is answer another file: of the
sender's making like the first one, and sealed, watched over and shown like any other. Its answer is bounded
in size and time, and taken only when it ends well.
"""

import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from os import SEEK_SET, lseek
from pathlib import Path

from deals.details.faults import Damaged, Locked, Signed
from deals.files.kinds import ending_of
from deals.files.sniffing import MediaType, sniff
from deals.viewer.rendering import Unshowable, in_memory

SANDBOX = Path(__file__).with_name("sandbox.py")
SECONDS = 60  # of waiting for one file; the program itself has fewer of the processor
AT_ONCE = 2  # programs for this process
_PIECE = 1024**2
_GROWTH, _MORE = 2, 64 * 1024  # old packing may have been tighter than ours

_PICTURES = {MediaType.JPEG, MediaType.PNG, MediaType.WEBP}
_ZIPPED = "docx docm dotx dotm xlsx xlsm xltx xltm pptx pptm ppsx ppsm potx potm"
_OPEN = "txt csv tsv log md"  # all of them is read: there is no place for what is hidden
_waiting = threading.BoundedSemaphore(AT_ONCE)


class Way(Enum):
    """How the details of a file go; the values are the sandbox's words."""

    PICTURE = "picture"
    PDF = "pdf"
    OFFICE = "office"
    NONE_THERE = ""


def way_of(name: str, head: bytes) -> Way | None:
    """The way for a file whose name and first bytes agree; None when there is none."""
    kind, ending = sniff(head), ending_of(name)
    if kind in _PICTURES:
        return Way.PICTURE
    if kind is MediaType.PDF:
        return Way.PDF
    if kind is MediaType.ZIP and ending in _ZIPPED.split():
        return Way.OFFICE
    # A bitmap's header has no place for words.
    return Way.NONE_THERE if kind is MediaType.BMP or ending in _OPEN.split() or not head else None


@contextmanager
def without_details(content: Iterable[bytes], size: int, way: Way) -> Iterator[Iterator[bytes]]:
    """The clean file, piece by piece. What was read of it counts only once the last piece came.

    Raises Damaged, Locked, Signed; from the iterator as well.
    """
    try:
        with in_memory(content) as file, _waiting:
            lseek(file, 0, SEEK_SET)  # the program has its place in the file from us
            command = [sys.executable, "-I", str(SANDBOX), way.value]
            with subprocess.Popen(  # noqa: S603 (our own program, arguments of our own making)
                command,
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
            ) as process:
                deadline = threading.Timer(SECONDS, process.kill)
                deadline.start()
                try:
                    yield _answer(process, _GROWTH * size + _MORE)
                finally:
                    deadline.cancel()
                    process.kill()
    except Unshowable:
        raise Damaged from None


def _answer(process: "subprocess.Popen[bytes]", longest: int) -> Iterator[bytes]:
    assert process.stdout is not None
    while piece := process.stdout.read(_PIECE):
        longest -= len(piece)
        if longest < 0:
            raise Damaged
        yield piece
    status = process.wait()
    if status:
        raise {kind.status: kind for kind in (Signed, Locked)}.get(status, Damaged)
