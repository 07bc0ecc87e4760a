"""A certificate authority of one's own: root, certificates of companies, revocation lists, signed PDFs; and
its service on a port of this machine, which takes envelopes and gives out the list."""

import base64
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from deals.seals.ca import provider

SECRET = "a secret that both sides know"
_YEAR = timedelta(days=365)


class Authority:
    """One root, and the companies that it has given certificates to."""

    def __init__(self, name: str = "Test Root") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._made(self.name, self.key, authority=True, since=-_YEAR, until=_YEAR)
        self.revoked: list[int] = []

    def company(
        self,
        name: str,
        code: str,
        *,
        since: timedelta = -timedelta(days=30),
        until: timedelta = _YEAR,
        identifier: x509.ObjectIdentifier = NameOID.ORGANIZATION_IDENTIFIER,
    ) -> "Company":
        subject = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(identifier, code),
        ]
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._made(x509.Name(subject), key, authority=False, since=since, until=until)
        return Company(made, key, self.certificate)

    def revocations(self) -> bytes:
        """The list of now, in DER."""
        now = timezone.now()
        building = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(now - timedelta(hours=1))
            .next_update(now + timedelta(days=1))
        )
        for serial in self.revoked:
            gone = x509.RevokedCertificateBuilder().serial_number(serial)
            building = building.add_revoked_certificate(
                gone.revocation_date(now - timedelta(hours=2)).build()
            )
        return building.sign(self.key, SHA256()).public_bytes(Encoding.DER)

    @property
    def root(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def _made(
        self, subject: x509.Name, key: Any, *, authority: bool, since: timedelta, until: timedelta
    ) -> x509.Certificate:
        now = timezone.now()
        usage = dict.fromkeys(
            (
                "content_commitment",
                "crl_sign",
                "data_encipherment",
                "decipher_only",
                "digital_signature",
                "encipher_only",
                "key_agreement",
                "key_cert_sign",
                "key_encipherment",
            ),
            False,
        )
        usage |= dict.fromkeys(("key_cert_sign", "crl_sign") if authority else ("content_commitment",), True)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + since)
            .not_valid_after(now + until)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, SHA256())
        )


class Company:
    """A certificate with its key, which signs PDFs."""

    def __init__(self, certificate: x509.Certificate, key: Any, issuer: x509.Certificate) -> None:
        self.certificate = certificate
        store = SimpleCertificateStore()
        store.register(asn1.Certificate.load(issuer.public_bytes(Encoding.DER)))
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.signer = signers.SimpleSigner(
            signing_cert=asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
            signing_key=keys.PrivateKeyInfo.load(plain),
            cert_registry=store,
        )

    @property
    def serial(self) -> int:
        return self.certificate.serial_number

    def sign(self, pdf: bytes, *, change: Any = None, field: str = "Seal") -> bytes:
        """The file with a signature appended; `change` edits the same revision before it."""
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        if change is not None:
            change(writer)
        said = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
        # In a thread of its own: pyHanko runs an event loop, and a browser's tests keep one in this thread.
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(signers.sign_pdf, writer, said, signer=self.signer).result().getvalue()


class Service:
    """What was handed over, and how the answer is sent."""

    def __init__(self, authority: Authority) -> None:
        self.authority, self.envelopes, self.lists = authority, [], True
        self.envelopes: list[dict[str, Any]] = []
        self.genuine: list[bool] = []

    def answer(self, company: Company, *, at: int = -1, **changed: Any) -> bytes:
        """The body of the answer to an envelope, signed by the company."""
        taken = self.envelopes[at]
        signed = company.sign(base64.b64decode(taken["pdf"]))
        said = {
            "reference": taken["reference"],
            "number": taken["number"],
            "sha256": taken["sha256"],
            "pdf": base64.b64encode(signed).decode(),
        }
        return json.dumps(said | changed).encode()


def send(body: bytes, **headers: str) -> Any:
    """The answer as the provider sends it; `headers` in place of its own."""
    own = {
        **provider.signed_headers(body),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Client().post(reverse("deals:seal_answer"), body, content_type="application/json", headers=own)


@contextmanager
def serving(authority: Authority, settings: Any, folder: Any) -> Iterator[Service]:
    """The service on a port of its own; the house knows it, its secret and the root."""
    service = Service(authority)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stamp, signature = self.headers[provider.STAMP], self.headers[provider.SIGNATURE]
            service.genuine.append(provider.is_genuine(body, stamp, signature))
            taken = json.loads(body) | {"reference": f"envelope-{len(service.envelopes) + 1}"}
            service.envelopes.append(taken)
            self._say(201, json.dumps({"reference": taken["reference"]}).encode())

        def do_GET(self) -> None:
            self._say(200 if service.lists else 503, authority.revocations() if service.lists else b"")

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    roots = folder / "roots.pem"
    roots.write_bytes(authority.pem)
    settings.SEAL_CA_URL, settings.SEAL_CA_SECRET = address, SECRET
    settings.SEAL_CA_ROOTS, settings.SEAL_CA_CRLS = str(roots), [f"{address}/list.crl"]
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
