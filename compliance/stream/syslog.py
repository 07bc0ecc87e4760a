"""Entries by syslog over TLS: RFC 5425's framing (octets counted), RFC 5424's header, the event as the
message.

Syslog acknowledges nothing, so the end of the connection has to. We send close_notify behind the last
message and wait until the receiver has closed too. It answers that, or ends the connection, only after it
has read everything before it; had it closed with bytes unread, its kernel would have sent a reset, and had
it hung, nothing would have come. Either of the two counts as not taken, and the batch is sent again.
"""

import socket
import ssl
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
    """Raises OSError when the connection was reset, or nothing came in time."""
    try:
        secured.unwrap().close()
    except ssl.SSLEOFError:
        return  # closed without close_notify, but orderly: a reset is a ConnectionResetError


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
