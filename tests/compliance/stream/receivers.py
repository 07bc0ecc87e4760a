"""Real receivers: an HTTP server, one behind TLS, a syslog server behind TLS, and the authority of their
certificates."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOCAL = "127.0.0.1"
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass
class Web:
    """What a webhook got. `answers` are its next statuses; then 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def events(self) -> list[dict[str, Any]]:
        """Of every message, in order; each checked as a receiver checks it."""
        return [event for headers, body in self.got for event in checked(headers, body)]


def checked(headers: dict[str, str], body: bytes) -> list[dict[str, Any]]:
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    version, _, signature = headers["webhook-signature"].partition(",")
    assert version == "v1"
    wanted = hmac.new(KEY, content, hashlib.sha256).digest()
    assert hmac.compare_digest(base64.b64decode(signature), wanted)
    events: list[dict[str, Any]] = json.loads(body)
    return events


@contextmanager
def webhook(certificate: Path | None = None) -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            web.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = web.answers.pop(0) if web.answers else 204
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{web.url}elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer((LOCAL, 0), Handler)
    if certificate is not None:
        server.socket = _context(certificate).wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    web.url = f"{scheme}://{LOCAL}:{server.server_address[1]}/in?token=t"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Syslog:
    """What a syslog server got, frame by frame."""

    address: str = ""
    frames: list[bytes] = field(default_factory=list)


Manner = Callable[[ssl.SSLSocket, Syslog], None]


def reads_all(connection: ssl.SSLSocket, log: Syslog) -> None:
    """As a server of RFC 5425 does: reads to the close_notify, and answers it."""
    frames(read_to_the_end(connection), log)
    connection.unwrap()


def closes_without_a_word(connection: ssl.SSLSocket, log: Syslog) -> None:
    """Reads to the close_notify and just closes."""
    frames(read_to_the_end(connection), log)


def closes_unread(connection: ssl.SSLSocket, log: Syslog) -> None:
    """Is shut down the moment somebody connects, in order and with its close_notify."""
    connection.settimeout(0.2)
    with suppress(OSError):
        connection.unwrap()


def hangs(connection: ssl.SSLSocket, log: Syslog) -> None:
    """Reads everything and does not close, until the other side gives up."""
    read_to_the_end(connection)
    connection.settimeout(2)
    with suppress(OSError):
        socket.socket.recv(connection, 1)


def resets(connection: ssl.SSLSocket, log: Syslog) -> None:
    """Reads a little and dies."""
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_to_the_end(connection: ssl.SSLSocket) -> bytes:
    data = b""
    while part := connection.recv(65536):
        data += part
    return data


def frames(data: bytes, log: Syslog) -> None:
    while data:
        length, _, rest = data.partition(b" ")
        log.frames.append(rest[: int(length)])
        assert len(rest) >= int(length)
        data = rest[int(length) :]


@contextmanager
def syslog(certificate: Path, manner: Manner = reads_all) -> Iterator[Syslog]:
    log, context = Syslog(), _context(certificate)
    context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
    listening = socket.create_server((LOCAL, 0))
    log.address = f"{LOCAL}:{listening.getsockname()[1]}"

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as secured:
                    manner(secured, log)
            except OSError:
                plain.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield log
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@dataclass(frozen=True)
class Authority:
    """A test CA: its certificate in PEM, and a server's key and certificate in one file."""

    pem: str
    server: Path


def authority(folder: Path, address: str = LOCAL) -> Authority:
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("Test authority")
    root = _certificate(name, name, key, key, x509.BasicConstraints(ca=True, path_length=0))
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    leaf = _certificate(_name("receiver"), name, leaf_key, key, names)
    path = folder / f"server-{address}.pem"
    private = leaf_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
    return Authority(root.public_bytes(serialization.Encoding.PEM).decode(), path)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    )
    return builder.sign(signer, hashes.SHA256())
