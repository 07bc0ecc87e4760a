"""One POST to a provider, with the standard library.

The number is in the body and never in the address, which servers and proxies write down. Redirects are not
followed and proxies of the environment not used: what the operator allowed is this address and no other.
Plain HTTP goes to this machine itself only.
"""

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from people.sms.message import NotSent, Trouble

TIMEOUT = 5.0  # seconds without a byte: somebody waits before their phone
_LONGEST = 64 * 1024  # bytes of an answer that are looked at


def post(address: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """The JSON object that a 2xx answer holds. Raises NotSent."""
    target = target_of(address)
    connection = connection_to(target)
    try:
        connection.request("POST", target.path or "/", body, headers)
        answer = connection.getresponse()
        status, said = answer.status, answer.read(_LONGEST)
    except (OSError, HTTPException):
        raise NotSent(Trouble.UNREACHABLE) from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotSent(Trouble.REFUSED)
    try:
        found = json.loads(said)
    except ValueError:
        raise NotSent(Trouble.REFUSED) from None
    if not isinstance(found, dict):
        raise NotSent(Trouble.REFUSED)
    return found


def target_of(address: str) -> SplitResult:
    """HTTPS anywhere; HTTP only to this machine, named by its address. Raises NotSent."""
    try:
        target = urlsplit(address)
        host, _port = target.hostname or "", target.port
    except ValueError:
        raise NotSent(Trouble.SETTING) from None
    if not host or target.username or not (target.scheme == "https" or _is_here(target.scheme, host)):
        raise NotSent(Trouble.SETTING)
    return target


def _is_here(scheme: str, host: str) -> bool:
    try:
        return scheme == "http" and ip_address(host).is_loopback
    except ValueError:  # what a name means is somebody else's to say
        return False


def connection_to(target: SplitResult) -> HTTPConnection:
    """To what `target_of` has checked."""
    assert target.hostname is not None
    if target.scheme == "http":
        return HTTPConnection(target.hostname, target.port, timeout=TIMEOUT)
    trust = ssl.create_default_context()
    return HTTPSConnection(target.hostname, target.port, timeout=TIMEOUT, context=trust)
