"""Entries by syslog over TLS: RFC 5425's framing (octets counted), RFC 5424's header, the event as the
message.

Syslog acknowledges nothing, so the end of the connection has to. We send close_notify behind the last
message and wait until the receiver has closed as well; then its TCP must have acknowledged every byte, and
the connection must not have been reset. A receiver that closes with bytes unread sends a reset (RFC 1122,
4.2.2.13), and bytes that arrive after it closed are answered by one: so an orderly end with everything
acknowledged means that it read to our close_notify. Whatever else happens counts as not taken, and the
batch is sent again.

The state of the connection is asked of Linux (tcp(7): TCP_INFO, SIOCOUTQ).
"""

import fcntl
import socket
import ssl
import sys
import termios
from time import monotonic, sleep
from urllib.parse import urlsplit

from audit import ocsf
from audit.entry import timestamp
from audit.models import LogEntry
from compliance.stream.batches import Batch
from compliance.stream.failing import NotTaken
from compliance.stream.models import Trouble

TIMEOUT = 15.0  # seconds without a byte
PORT = 6514  # RFC 5425, 4.1
MOST = 8192  # octets of a message that receivers should take (RFC 5425, 4.3.1)
_CLOSE_WAIT = 8  # the other side has closed, orderly (linux/tcp_states.h)
_LOOK_AGAIN = 0.01  # seconds
_FACILITY = 13  # "log audit"
_SEVERITIES = {1: 6, 2: 5, 3: 4, 4: 3}  # OCSF's to syslog's: informational, notice, warning, error
_MSGID = 32
_SEQUENCES = 2_147_483_647  # RFC 5424, 7.3.1


def send(batch: Batch, *, address: str, host: str, trust: ssl.SSLContext) -> None:
    """Raises NotTaken unless the receiver has read all of it.

    Args:
        address: where to, as host:port.
        host: who we are, as the header says it.
    """
    name, port = target_of(address)
    data = b"".join(framed(message(entry, index, host=host)) for index, entry in batch.entries)
    try:
        with (
            socket.create_connection((name, port), timeout=TIMEOUT) as plain,
            trust.wrap_socket(plain, server_hostname=name) as secured,
        ):
            secured.sendall(data)
            _wait_for_the_end(secured)
    except ssl.SSLError as error:
        raise NotTaken(Trouble.TLS) from error
    except OSError as error:
        raise NotTaken(Trouble.UNREACHABLE) from error


def _wait_for_the_end(secured: ssl.SSLSocket) -> None:
    """Raises OSError when the receiver did not end the connection in order, with everything read, in time."""
    try:
        plain: socket.socket = secured.unwrap()
    except ssl.SSLEOFError:
        plain = secured  # it closed without close_notify
    else:
        while socket.socket.recv(plain, 4096):
            pass  # whatever it says behind its close_notify
    until = monotonic() + TIMEOUT
    while _unacknowledged(plain):
        if monotonic() > until:
            raise TimeoutError
        sleep(_LOOK_AGAIN)
    if plain.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != _CLOSE_WAIT:
        raise ConnectionResetError
    plain.close()


def _unacknowledged(plain: socket.socket) -> int:
    """How many bytes the receiver's TCP has not acknowledged."""
    return int.from_bytes(fcntl.ioctl(plain.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)


def message(entry: LogEntry, index: int, *, host: str) -> bytes:
    """One message: header, the index as sequenceId, the event. At most MOST octets."""
    event = ocsf.event(entry, index=index)
    severity = event["severity_id"]
    assert isinstance(severity, int)
    header = (
        f"<{_FACILITY * 8 + _SEVERITIES[severity]}>1 {timestamp(entry.at)} {host} sealroom -"
        f' {entry.action[:_MSGID]} [meta sequenceId="{index % _SEQUENCES + 1}"] '
    ).encode()
    return header + ocsf.line(ocsf.shortened(event, MOST - len(header)))


def framed(one: bytes) -> bytes:
    """`MSG-LEN SP SYSLOG-MSG`."""
    return b"%d %s" % (len(one), one)


def target_of(address: str) -> tuple[str, int]:
    """Host and port. Raises NotTaken."""
    try:
        parts = urlsplit(f"//{address}")
        name, port = parts.hostname, parts.port or PORT
    except ValueError as error:
        raise NotTaken(Trouble.SETTING) from error
    if not name or parts.path or parts.username:
        raise NotTaken(Trouble.SETTING)
    return name, port
