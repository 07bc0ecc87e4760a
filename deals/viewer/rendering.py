"""Page images, drawn by a process with limits (sandbox.py) from plaintext that lies only in memory.

The process that parses is taken to be the sender's: all it can do is answer pixels, which are stamped here,
outside of it. Its answer is bounded, and anything else than a whole answer is an error.
"""

import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from PIL import Image

from deals.files.sniffing import MediaType
from deals.viewer.sandbox import MOST_PAGES, TALLEST

SANDBOX = Path(__file__).with_name("sandbox.py")
WIDTH = 1400  # pixels: A4 at about 170 dots an inch
SECONDS = 30  # of waiting
AT_ONCE = 4  # programs that draw for this process: a browser asks for many pages together
_HEADER = struct.Struct(">III")
_LARGEST = _HEADER.size + 3 * (WIDTH + 1) * (WIDTH * TALLEST + 1)  # bytes of an answer
_drawing = threading.BoundedSemaphore(AT_ONCE)


class Unshowable(Exception):
    """The file cannot be shown as pages: damaged, hostile, too large, or of another type than it says."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as pixels, not stamped yet: it goes to `stamping.stamp` and nowhere else."""

    count: int
    image: Image.Image


def count_pages(content: Iterable[bytes], media_type: MediaType) -> int:
    """How many pages the file has. Raises Unshowable."""
    return _HEADER.unpack(_run(content, media_type, 0))[0]  # type: ignore[no-any-return]


def draw_page(content: Iterable[bytes], media_type: MediaType, page: int) -> Sheet:
    """Page `page`, from 1. Raises Unshowable."""
    answer = _run(content, media_type, page)
    count, wide, tall = _HEADER.unpack_from(answer)
    pixels = memoryview(answer)[_HEADER.size :]
    if not (0 < wide <= WIDTH + 1 and 0 < tall <= WIDTH * TALLEST + 1 and len(pixels) == wide * tall * 3):
        raise Unshowable
    return Sheet(count, Image.frombytes("RGB", (wide, tall), pixels))


def _run(content: Iterable[bytes], media_type: MediaType, page: int) -> bytes:
    if not media_type.viewable or not 0 <= page <= MOST_PAGES:
        raise Unshowable
    kind = "pdf" if media_type is MediaType.PDF else "picture"
    with _in_memory(content) as file, _drawing:
        answer = _answer_of([sys.executable, "-I", str(SANDBOX), kind, str(page), str(WIDTH)], file)
    if len(answer) < _HEADER.size:
        raise Unshowable
    return answer


def _answer_of(command: list[str], file: int) -> bytes:
    """What the program answers, if it ends well, in time and in bounds. It gets no environment of ours."""
    with subprocess.Popen(  # noqa: S603 (our own program, arguments of our own making)
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
    ) as process:
        assert process.stdout is not None
        deadline = threading.Timer(SECONDS, process.kill)
        deadline.start()
        try:
            # Read by ourselves and not by communicate(): a program taken over could answer without end.
            answer = process.stdout.read(_LARGEST + 1)
            if len(answer) > _LARGEST:
                process.kill()
            status = process.wait()
        finally:
            deadline.cancel()
            process.kill()
    if status != 0:
        raise Unshowable
    return answer


@contextmanager
def _in_memory(content: Iterable[bytes]) -> Iterator[int]:
    """The plaintext in a file that has no name and no disk. Raises Unshowable when it is too large."""
    handle = os.memfd_create("sheet", os.MFD_CLOEXEC)
    try:
        size = 0
        for piece in content:
            size += len(piece)
            if size > settings.VIEW_MAX_BYTES:
                raise Unshowable
            os.write(handle, piece)
        os.lseek(handle, 0, os.SEEK_SET)
        yield handle
    finally:
        os.close(handle)
