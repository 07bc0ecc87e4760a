"""`python -m vault.records.importing.parser`: reads strangers' files, in a process that holds nothing.

It has no key, no database login, no settings and no secret in its environment. It asks its parent for pieces
of the file over a pipe and answers with JSON, which the parent takes for data, whatever it is. Memory,
processor time and written bytes are bounded by the kernel, so that a file that breaks a parser ends this
process and no other. On two cores it also halves the time of an import.
"""

import io
import json
import os
import resource
import sys
from typing import Any, BinaryIO

from vault.records.importing.frames import END, MESSAGE, PIECE, PROBLEM, READ, receive, send
from vault.records.importing.parsing import messages
from vault.records.importing.problems import SheetError

MEMORY = 3 * 1024**3  # bytes: a workbook of 200 MB beside five million cells
SECONDS = 1_200  # of processor time
_BUFFER = 256 * 1024
# Chinese is half as long, and twice as quick to read, outside of \u escapes.
_as_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class _Remote(io.RawIOBase):
    """The parent's file, piece by piece."""

    def __init__(self, source: BinaryIO, target: BinaryIO, size: int) -> None:
        self._source, self._target, self._size = source, target, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        send(self._target, READ, PIECE.pack(self._at, wanted))
        _, piece = receive(self._source)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at


class _Pieces(io.BufferedReader):
    """Reads through its buffer whatever is asked.

    A text asks for 8 KiB at a time by `read1`, which goes past an empty buffer: the parent was asked thirty
    times for what it gives at once.
    """

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def main() -> None:
    source, target = sys.stdin.buffer, sys.stdout.buffer
    request: dict[str, Any] = json.loads(receive(source)[1])
    _bound()
    os.nice(10)
    file = _Pieces(_Remote(source, target, request["size"]), _BUFFER)
    try:
        for message in messages(file, request):
            send(target, MESSAGE, _as_json(message).encode("utf-8", "surrogatepass"))
    except SheetError as error:
        send(target, PROBLEM, json.dumps([error.code, dict(error.problem.params)]).encode())
    except MemoryError:
        send(target, PROBLEM, json.dumps(["sheet.bomb", {}]).encode())
    else:
        send(target, END, b"")


if __name__ == "__main__":
    main()
