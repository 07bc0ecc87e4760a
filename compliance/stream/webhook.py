"""Batches by HTTPS, signed as Standard Webhooks 1.0 says (github.com/standard-webhooks/standard-webhooks).

`webhook-signature` is `v1,` and the base64 of HMAC-SHA-256 over `webhook-id.webhook-timestamp.body`: the
timestamp is under the signature, so that a receiver can refuse what is older than a few minutes. Redirects
are not followed, since what the operator allowed is this address and no other; proxies of the environment
are not used; and of the answer nothing but its status is read, which is all that can come from there.
"""

import base64
import binascii
import hashlib
import hmac
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from audit import ocsf
from audit.entry import canonical
from compliance.stream.batches import Batch
from compliance.stream.failing import NotTaken
from compliance.stream.models import Trouble

TIMEOUT = 15.0  # seconds without a byte
LEAST_SECRET = 24  # bytes, as the standard asks
_PREFIX = "whsec_"


def send(batch: Batch, *, url: str, secret: str, trust: ssl.SSLContext) -> None:
    """Raises NotTaken unless the receiver answered 2xx."""
    target, key = _target(url), key_of(secret)
    body = canonical([ocsf.event(entry, index=index) for index, entry in batch.entries])
    headers = signed(body, key, identifier=f"log-{batch.entries[0][0]}-{batch.after - 1}", now=time.time())
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    connection = _connection(target, trust)
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except ssl.SSLError as error:
        raise NotTaken(Trouble.TLS) from error
    except (OSError, HTTPException) as error:
        raise NotTaken(Trouble.UNREACHABLE) from error
    finally:
        connection.close()
    if 300 <= status < 400:
        raise NotTaken(Trouble.REDIRECT)
    if not 200 <= status < 300:
        raise NotTaken(Trouble.REFUSED)


def signed(body: bytes, key: bytes, *, identifier: str, now: float) -> dict[str, str]:
    """The headers of a message with this body. `now` is in seconds since 1970."""
    moment = str(int(now))
    content = b".".join((identifier.encode(), moment.encode(), body))
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Sealroom",
        "webhook-id": identifier,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }


def key_of(secret: str) -> bytes:
    """The bytes of `whsec_` and base64. Raises NotTaken for anything else, or for too few."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise NotTaken(Trouble.SETTING) from error
    if not secret.startswith(_PREFIX) or len(key) < LEAST_SECRET:
        raise NotTaken(Trouble.SETTING)
    return key


def _target(url: str) -> SplitResult:
    """HTTPS anywhere; HTTP only to this machine itself. Raises NotTaken."""
    try:
        target = urlsplit(url)
        host, port = target.hostname or "", target.port
    except ValueError as error:
        raise NotTaken(Trouble.SETTING) from error
    plain = target.scheme == "http" and is_loopback(host)
    if not host or port == 0 or target.username or not (target.scheme == "https" or plain):
        raise NotTaken(Trouble.SETTING)
    return target


def is_loopback(host: str) -> bool:
    """Only by address: what a name means is somebody else's to say."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _connection(target: SplitResult, trust: ssl.SSLContext) -> HTTPConnection:
    assert target.hostname is not None
    if target.scheme == "http":
        return HTTPConnection(target.hostname, target.port, timeout=TIMEOUT)
    return HTTPSConnection(target.hostname, target.port, timeout=TIMEOUT, context=trust)
