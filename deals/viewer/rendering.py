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
from math import inf
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from PIL import Image

from deals.files.sniffing import MediaType
from deals.viewer.sandbox import MOST_CHARACTERS, MOST_PAGES, TALLEST

SANDBOX = Path(__file__).with_name("sandbox.py")
WIDTH = 1400  # pixels: A4 at about 170 dots an inch
SECONDS = 30  # of waiting
AT_ONCE = 4  # programs that draw for this process: a browser asks for many pages together
_HEADER = struct.Struct(">III")
_SIZES = struct.Struct(">ffI")
_CHARACTER = struct.Struct(">I4f")
_drawing = threading.BoundedSemaphore(AT_ONCE)


class Unshowable(Exception):
    """The file cannot be shown as pages: damaged, hostile, too large, or of another type than it says."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as pixels, not stamped yet: it goes to `stamping.stamp` to be looked at, or into a
    redacted copy (`deals.redaction.painting`), and nowhere else."""

    count: int
    image: Image.Image


class Character(NamedTuple):
    """A character of a page and where it stands: fractions of the page as drawn, from its upper left."""

    code: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Outline:
    """One page's size in points (1/72 inch) as it is drawn, and its characters in the order of reading."""

    wide: float
    tall: float
    characters: list[Character]


def count_pages(content: Iterable[bytes], media_type: MediaType) -> int:
    """How many pages the file has. Raises Unshowable."""
    with in_memory(content) as file:
        return _HEADER.unpack(_run(file, media_type, 0, WIDTH))[0]  # type: ignore[no-any-return]


def draw_page(content: Iterable[bytes], media_type: MediaType, page: int) -> Sheet:
    """Page `page`, from 1. Raises Unshowable."""
    with in_memory(content) as file:
        return draw_sheet(file, media_type, page, WIDTH)


def draw_sheet(file: int, media_type: MediaType, page: int, width: int) -> Sheet:
    """Page `page`, from 1, of a file that is `in_memory`, `width` pixels wide. Raises Unshowable."""
    answer = _run(file, media_type, page, width)
    count, wide, tall = _HEADER.unpack_from(answer)
    pixels = memoryview(answer)[_HEADER.size :]
    if not (0 < wide <= width + 1 and 0 < tall <= width * TALLEST + 1 and len(pixels) == wide * tall * 3):
        raise Unshowable
    return Sheet(count, Image.frombytes("RGB", (wide, tall), pixels))


def read_outlines(file: int, media_type: MediaType, first: int, many: int) -> list[Outline]:
    """The pages from `first` on, at most `many`, of a file that is `in_memory`. Raises Unshowable."""
    if not media_type.viewable or not 0 < first <= MOST_PAGES:
        raise Unshowable
    longest = many * _SIZES.size + MOST_CHARACTERS * _CHARACTER.size
    answer = _answer_of(_command(media_type, "-text", first, many), file, longest)
    found, at = [], 0
    try:
        while at < len(answer):
            wide, tall, count = _SIZES.unpack_from(answer, at)
            at += _SIZES.size
            end = at + count * _CHARACTER.size
            characters = [Character(*each) for each in _CHARACTER.iter_unpack(answer[at:end])]
            if not (0 < wide < inf and 0 < tall < inf and len(characters) == count):
                raise Unshowable
            found.append(Outline(wide, tall, characters))
            at = end
    except struct.error:
        raise Unshowable from None
    if not 0 < len(found) <= many:
        raise Unshowable
    return found


def _run(file: int, media_type: MediaType, page: int, width: int) -> bytes:
    if not media_type.viewable or not 0 <= page <= MOST_PAGES:
        raise Unshowable
    longest = _HEADER.size + 3 * (width + 1) * (width * TALLEST + 1)
    answer = _answer_of(_command(media_type, "", page, width), file, longest)
    if len(answer) < _HEADER.size:
        raise Unshowable
    return answer


def _command(media_type: MediaType, what: str, page: int, number: int) -> list[str]:
    kind = "pdf" if media_type is MediaType.PDF else "picture"
    return [sys.executable, "-I", str(SANDBOX), kind + what, str(page), str(number)]


def _answer_of(command: list[str], file: int, longest: int) -> bytes:
    """What the program answers, if it ends well, in time and in bounds. It gets no environment of ours."""
    os.lseek(file, 0, os.SEEK_SET)  # the program has its place in the file from us
    with (
        _drawing,
        subprocess.Popen(  # noqa: S603 (our own program, arguments of our own making)
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
        ) as process,
    ):
        assert process.stdout is not None
        deadline = threading.Timer(SECONDS, process.kill)
        deadline.start()
        try:
            # Read by ourselves and not by communicate(): a program taken over could answer without end.
            answer = process.stdout.read(longest + 1)
            if len(answer) > longest:
                process.kill()
            status = process.wait()
        finally:
            deadline.cancel()
            process.kill()
    if status != 0:
        raise Unshowable
    return answer


@contextmanager
def in_memory(content: Iterable[bytes]) -> Iterator[int]:
    """The plaintext in a file that has no name and no disk: its descriptor, for one thread.

    Raises Unshowable when it is too large.
    """
    handle = os.memfd_create("sheet", os.MFD_CLOEXEC)
    try:
        size = 0
        for piece in content:
            size += len(piece)
            if size > settings.VIEW_MAX_BYTES:
                raise Unshowable
            os.write(handle, piece)
        yield handle
    finally:
        os.close(handle)
