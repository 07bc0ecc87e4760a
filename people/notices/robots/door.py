"""The one way out to robots, closed to everything else (server-side request forgery; OWASP ASVS 5.0, 13.2.5).

Why an administrator, or whoever has their session, reaches nothing by it but the providers:

* The host is one of the provider's own, over HTTPS, on its usual port, at its usual path, without user or
  fragment: checked when the address is set and again before each post.
* The name is resolved here, every address it has must be a public one, and the connection goes to the one
  that was checked, so that a second answer of the DNS changes nothing. The certificate is checked against
  the name.
* Redirects are not followed, proxies of the environment not used, an answer is read as far as 64 KiB.
* `NOTICE_ROBOT_LOCAL` adds one address of this machine, given by number, for tests; a system check refuses it
  where people work.
"""

import json
import socket
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.conf import settings

from people.notices.robots.providers import HOMES, Request

TIMEOUT = 5.0  # seconds without a byte
LONGEST = 64 * 1024  # bytes of an answer that are looked at
HTTPS = 443


class Closed(Exception):
    """The address is none of the provider's robots. Says nothing of it."""


class NotTaken(Exception):
    """The provider does not answer, or not as one does. `code` says which, for the list of troubles."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked(provider: str, address: str) -> SplitResult:
    """The parts of an address that may be posted to. Raises Closed."""
    try:
        target = urlsplit(address)
        host, port = target.hostname or "", target.port
    except ValueError:
        raise Closed from None
    home = HOMES[provider]
    if not address.isascii() or not address.isprintable() or target.username is not None or target.fragment:
        raise Closed
    if not (target.path.startswith(home.path) if not home.token else target.path == home.path):
        raise Closed
    if sorted(parse_qs(target.query)) != ([home.token] if home.token else []):
        raise Closed
    if ".." in target.path or "%" in target.path or "\\" in address:
        raise Closed
    if _is_local(target):
        return target
    if target.scheme != "https" or host not in home.hosts or port not in (None, HTTPS):
        raise Closed
    return target


def post(target: SplitResult, request: Request) -> dict[str, Any]:
    """The JSON object that a 200 answer holds. Raises NotTaken."""
    try:
        connection = _connection(target)
    except OSError:
        raise NotTaken("robot.unreachable") from None
    try:
        path = f"{target.path}?{request.query}" if request.query else target.path
        connection.request("POST", path, request.body, {"Content-Type": "application/json; charset=utf-8"})
        answer = connection.getresponse()
        status, said = answer.status, answer.read(LONGEST + 1)
    except (OSError, HTTPException):
        raise NotTaken("robot.unreachable") from None
    finally:
        connection.close()
    if status != 200 or len(said) > LONGEST:
        raise NotTaken("robot.refused")
    try:
        found = json.loads(said)
    except ValueError:
        raise NotTaken("robot.refused") from None
    if not isinstance(found, dict):
        raise NotTaken("robot.refused")
    return found


def public_addresses(host: str) -> list[str]:
    """The addresses of the name, if all of them are public. Raises NotTaken for a name that leads inside;
    OSError for one that leads nowhere."""
    found = socket.getaddrinfo(host, HTTPS, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(_is_public(one) for one in addresses):
        raise NotTaken("robot.inside")
    return addresses


def _is_public(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


class _Pinned(HTTPSConnection):
    """Goes to the address that was checked, and has its certificate checked against the name."""

    def __init__(self, host: str, address: str) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(host, HTTPS, timeout=TIMEOUT, context=self._trust)
        self._address = address

    def connect(self) -> None:
        raw = socket.create_connection((self._address, HTTPS), TIMEOUT)
        self.sock = self._trust.wrap_socket(raw, server_hostname=self.host)


def _connection(target: SplitResult) -> HTTPConnection:
    assert target.hostname is not None
    if _is_local(target):
        return HTTPConnection(target.hostname, target.port, timeout=TIMEOUT)
    return _Pinned(target.hostname, public_addresses(target.hostname)[0])


def _is_local(target: SplitResult) -> bool:
    """The one address of this machine that a setting names, by number."""
    local = urlsplit(settings.NOTICE_ROBOT_LOCAL)
    if not local.hostname or (target.scheme, target.hostname, target.port) != (
        "http",
        local.hostname,
        local.port,
    ):
        return False
    try:
        return ip_address(local.hostname).is_loopback
    except ValueError:
        return False
