"""The certificate authority's service, by one protocol of our own (docs/operations.md, "Seals by
certificate"): a small bridge before any provider speaks it. No provider's own API is spoken here.

`POST <SEAL_CA_URL>/envelopes` hands a document over and answers its reference; the provider sends what was
signed to our callback. Both directions bear `Sealroom-Timestamp` and `Sealroom-Signature`: hexadecimal
HMAC-SHA256, under the secret that both sides know, of the timestamp, a line feed and the body.
"""

import base64
import hmac
import json
import re
import time
from http.client import HTTPException
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from deals.seals.ca.answers import Trust
from deals.seals.document import Document
from people.sms.message import NotSent
from people.sms.posting import TIMEOUT, connection_to, post, target_of

STAMP, SIGNATURE = "Sealroom-Timestamp", "Sealroom-Signature"
FRESH = 300  # seconds that a callback's timestamp may differ
LONGEST_LIST = 10 * 1024**2  # bytes of a revocation list
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,100}")


class NotHanded(Exception):
    """The service did not take it, or a list could not be fetched."""


def is_set_up() -> bool:
    return bool(settings.SEAL_CA_URL)


def hand_over(document: Document, pdf: bytes, sha256: bytes, callback: str) -> str:
    """The provider's reference. Raises NotHanded."""
    said = {
        "number": document.number,
        "company": document.company,
        "credit_code": document.code,
        "sha256": sha256.hex(),
        "pdf": base64.b64encode(pdf).decode(),
        "callback": callback,
    }
    body = json.dumps(said).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", **signed_headers(body)}
    try:
        answer = post(settings.SEAL_CA_URL.rstrip("/") + "/envelopes", body, headers)
    except NotSent as problem:
        raise NotHanded from problem
    reference = answer.get("reference")
    if not isinstance(reference, str) or not _REFERENCE.fullmatch(reference):
        raise NotHanded
    return reference


def signed_headers(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    return {STAMP: stamp, SIGNATURE: _signature(stamp, body)}


def is_genuine(body: bytes, stamp: str, signature: str) -> bool:
    """Whether whoever knows the secret wrote this body, within FRESH of now. Compared in constant time."""
    if not settings.SEAL_CA_SECRET or not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 12):
        return False
    right = hmac.compare_digest(_signature(stamp, body).encode(), signature.encode())
    return right and abs(time.time() - int(stamp)) <= FRESH


def trust() -> Trust:
    """The house's roots, and the revocation lists of now. Raises NotHanded: without lists nothing is
    accepted."""
    found = x509.load_pem_x509_certificates(Path(settings.SEAL_CA_ROOTS).read_bytes())
    roots = [one.public_bytes(Encoding.DER) for one in found]
    return Trust(roots, [_fetched(address) for address in settings.SEAL_CA_CRLS])


def _signature(stamp: str, body: bytes) -> str:
    secret = settings.SEAL_CA_SECRET.encode()
    return hmac.new(secret, stamp.encode() + b"\n" + body, "sha256").hexdigest()


def _fetched(address: str) -> bytes:
    """No redirect, no proxy: the addresses are the operator's own."""
    try:
        target = target_of(address)
        connection = connection_to(target)
        connection.timeout = TIMEOUT
        try:
            connection.request("GET", target.path or "/")
            answer = connection.getresponse()
            data = answer.read(LONGEST_LIST + 1)
        finally:
            connection.close()
        if answer.status != 200 or len(data) > LONGEST_LIST:
            raise NotHanded
        pem = data.startswith(b"-----BEGIN")
        found = x509.load_pem_x509_crl(data) if pem else x509.load_der_x509_crl(data)
        return found.public_bytes(Encoding.DER)
    except (NotSent, OSError, HTTPException, ValueError) as problem:
        raise NotHanded from problem
