"""The frames that the parser process and its parent send one another over a pipe.

frame = kind 1 | length 4 | body          parent to child: REQUEST, then FILE, a piece of it
                                          child to parent: READ, MESSAGE, PROBLEM, END
"""

import struct
from typing import BinaryIO

REQUEST, FILE = b"Q", b"F"
READ, MESSAGE, PROBLEM, END = b"R", b"M", b"P", b"E"
PIECE = struct.Struct(">QI")  # the body of READ: offset, size
MAX_FRAME = 256 * 1024**2
_HEADER = struct.Struct(">cI")


def send(pipe: BinaryIO, kind: bytes, body: bytes) -> None:
    pipe.write(_HEADER.pack(kind, len(body)) + body)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[bytes, bytes]:
    """The next frame. Raises EOFError: the other end is gone, or sends what is no frame."""
    head = pipe.read(_HEADER.size)
    if len(head) < _HEADER.size:
        raise EOFError
    kind, size = _HEADER.unpack(head)
    if size > MAX_FRAME:
        raise EOFError
    body = pipe.read(size)
    if len(body) < size:
        raise EOFError
    return kind, body
