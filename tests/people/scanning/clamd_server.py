"""A server that speaks clamd's INSTREAM over TCP or a unix socket, and misbehaves as it is told."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# In two parts, so that no scanner takes this file for what it looks for.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Win.Test.EICAR_HDB-1"
COMMAND = b"zINSTREAM\0"

Answer = Callable[[bytes], bytes]


def honest(data: bytes) -> bytes:
    return f"stream: {NAME} FOUND\0".encode() if EICAR in data else b"stream: OK\0"


@dataclass
class Clamd:
    """`address` as CLAMD_ADDRESS; `seen` are the files that arrived whole. `answer` makes what is said of
    one; with `limit`, a longer one is not read to its end; with `silent`, nothing is said until it
    ends; with `drips`, a byte now and then."""

    address: str
    answer: Answer = honest
    limit: int | None = None
    silent: bool = False
    drips: bool = False
    seen: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def clamd(path: Path | None = None) -> Iterator[Clamd]:
    """Listening at a path, or at a port of this machine."""
    family = socket.AF_INET if path is None else socket.AF_UNIX
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0) if path is None else str(path))
        listener.listen()
        name = listener.getsockname()
        server = Clamd(str(path) if path else f"127.0.0.1:{name[1]}")
        thread = threading.Thread(target=_serve, args=(listener, server), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, server: Clamd) -> None:
    while not server.over.is_set():
        try:
            line, _ = listener.accept()
        except OSError:
            return
        with line:
            try:
                _talk(line, server)
            except OSError:  # the other side hung up
                continue


def _talk(line: socket.socket, server: Clamd) -> None:
    if _exactly(line, len(COMMAND)) != COMMAND:
        line.sendall(b"UNKNOWN COMMAND\0")
        return
    data = b""
    while length := int.from_bytes(_exactly(line, 4), "big"):
        if server.limit is not None and len(data) + length > server.limit:
            line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
        data += _exactly(line, length)
    server.seen.append(data)
    while server.drips and not server.over.wait(0.05):
        line.sendall(b"s")
    if server.silent:
        server.over.wait()
    line.sendall(server.answer(data))


def _exactly(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = line.recv(count - len(found))
        if not piece:
            raise ConnectionResetError
        found += piece
    return found
