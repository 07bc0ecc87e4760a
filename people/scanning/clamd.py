"""ClamAV's daemon, by its INSTREAM command (clamd(8)), over a unix socket or TCP.

What is sent is plaintext, so it goes to this machine only: a unix socket, or an address that is a loopback by
number. A pass is one exact answer, with its end; whatever else comes, or nothing, is none.
"""

import re
import socket
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from time import monotonic

CHUNK = 64 * 1024
_LONGEST = 4096  # bytes of an answer
_END = b"\0"
_CLEAN = b"stream: OK"
_FOUND = re.compile(rb"stream: (.+) FOUND")
_TOO_LARGE = b"size limit exceeded"
_BEYOND = "Heuristics.Limits.Exceeded"  # found nothing, and did not look at all of it


class WrongAddress(ValueError):
    """Neither a path, nor a port of this machine."""


class NotScanned(Exception):
    """There was no answer, or none that counts. `too_large`: the file is beyond the scanner's own limits, of
    size, depth or time."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__("not scanned")
        self.too_large = too_large


def scan(address: str, pieces: Iterable[bytes], *, seconds: float) -> str:
    """The name of what was found in the file that `pieces` make up; "" for nothing.

    Raises NotScanned, at the latest after `seconds`; and what `pieces` raise.
    """
    line = _Line(address, monotonic() + seconds)
    try:
        line.send(b"zINSTREAM" + _END)
        for frame in frames(pieces):
            line.send(frame)
        return _verdict(line.answer())
    finally:
        line.close()


def frames(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Each chunk after its length, and the empty one that ends the stream.

    No piece may end it before: what came after an empty one would pass unseen.
    """
    for piece in pieces:
        for at in range(0, len(piece), CHUNK):
            chunk = piece[at : at + CHUNK]
            yield len(chunk).to_bytes(4, "big") + chunk
    yield bytes(4)


def place_of(address: str) -> str | tuple[str, int]:
    """The path, or the host and port, that an address names. Raises WrongAddress."""
    if address.startswith("/"):
        return address
    host, _colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        is_here, number = ip_address(host).is_loopback, int(port)
    except ValueError:  # a name too: what it means is somebody else's to say
        raise WrongAddress from None
    if not is_here or not 0 < number < 2**16:
        raise WrongAddress
    return host, number


class _Line:
    """A connection that ends at its deadline, whatever the other side does."""

    def __init__(self, address: str, deadline: float) -> None:
        self._deadline = deadline
        try:
            self._socket = _connected(place_of(address), self._left())
        except (OSError, WrongAddress):
            raise NotScanned from None

    def send(self, data: bytes) -> None:
        try:
            self._within_time().sendall(data)
        except OSError:
            # It hangs up on what is beyond its limit, and says so before.
            raise NotScanned(too_large=_TOO_LARGE in self._read()) from None

    def answer(self) -> bytes:
        """What it said, without the end. Raises NotScanned where that did not come."""
        said = self._read()
        if not said.endswith(_END):
            raise NotScanned
        return said[: -len(_END)]

    def close(self) -> None:
        self._socket.close()

    def _read(self) -> bytes:
        said = b""
        try:
            while not said.endswith(_END) and len(said) < _LONGEST:
                piece = self._within_time().recv(_LONGEST)
                if not piece:
                    break
                said += piece
        except OSError:
            pass  # what came until then is judged: without its end it counts for nothing
        return said

    def _within_time(self) -> socket.socket:
        self._socket.settimeout(self._left())
        return self._socket

    def _left(self) -> float:
        """Raises TimeoutError, an OSError, once nothing is left: zero would mean not to wait at all."""
        left = self._deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _connected(place: str | tuple[str, int], seconds: float) -> socket.socket:
    if isinstance(place, tuple):
        return socket.create_connection(place, timeout=seconds)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.settimeout(seconds)
    try:
        made.connect(place)
    except OSError:
        made.close()
        raise
    return made


def _verdict(said: bytes) -> str:
    if said == _CLEAN:
        return ""
    found = _FOUND.fullmatch(said)
    if found is None:
        raise NotScanned(too_large=_TOO_LARGE in said)
    name = found[1].decode("ascii", "replace")
    if name.startswith(_BEYOND):
        raise NotScanned(too_large=True)
    return name
