"""Calls to an OpenBao or HashiCorp Vault server: TLS, a token or AppRole, limits of time and size.

Only the standard library: the few calls that Transit needs do not earn a client library, and `http.client`
follows no redirect and no proxy of the environment, either of which would take the token elsewhere.
"""

import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vault.keys.errors import ProviderDown
from vault.keys.providers.pause import Pause

NOT_FOUND, REFUSED_INPUT = HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST
_LARGEST = 4 * 2**20  # bytes of an answer
_TRIES = 2
Token = Callable[[], str]


@dataclass(frozen=True, slots=True)
class AppRole:
    """https://developer.hashicorp.com/vault/docs/auth/approle: what logs in to be given a token."""

    role_id: str
    secret_id: Token


class VaultApi:
    """`address` is `https://host:8200`; `auth` gives a token, or says how one is got.

    `seconds` limits each try as a whole, from connecting to the last byte. A call that gets no answer, or one
    of a server in trouble, is tried once more, then not before `pause` seconds are over.
    """

    def __init__(
        self,
        address: str,
        auth: Token | AppRole,
        *,
        ca: Path | None = None,
        seconds: float = 3.0,
        pause: float = 2.0,
    ) -> None:
        parts = urlsplit(address)
        self._host, self._port, self._secure = parts.hostname or "", parts.port, parts.scheme == "https"
        self._auth, self._ca, self._seconds = auth, ca, seconds
        self._given: str | None = None
        self._logging_in = threading.Lock()
        self._pause = Pause(pause)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Mapping[str, Any]]:
        """(status, answer) of 2xx, 400 and 404; the path is below `/v1/`. Raises ProviderDown else."""
        with self._pause.asking():
            status, answer = self._persist(method, path, body, self._token())
            if status == HTTPStatus.FORBIDDEN and isinstance(self._auth, AppRole):
                status, answer = self._persist(method, path, body, self._token(anew=True))
            if status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT, NOT_FOUND, REFUSED_INPUT}:
                raise ProviderDown(f"the Transit server answers {status}")
            return status, answer

    def _token(self, *, anew: bool = False) -> str:
        if not isinstance(self._auth, AppRole):
            return _read(self._auth)
        with self._logging_in:
            if self._given is None or anew:
                login = {"role_id": self._auth.role_id, "secret_id": _read(self._auth.secret_id)}
                status, answer = self._persist("POST", "auth/approle/login", login, None)
                given = answer.get("auth")
                if status != HTTPStatus.OK or not isinstance(given, dict):
                    raise ProviderDown(f"the Transit server lets this AppRole not in ({status})")
                self._given = str(given.get("client_token"))
            return self._given

    def _persist(
        self, method: str, path: str, body: object, token: str | None
    ) -> tuple[int, Mapping[str, Any]]:
        """Try again where nothing came back, or the server said that it is in trouble (5xx)."""
        for last in range(_TRIES - 1, -1, -1):
            try:
                status, answer = self._once(method, path, body, token)
            except (OSError, HTTPException, ValueError, RecursionError) as error:
                if not last:
                    what = type(error).__name__
                    raise ProviderDown(f"the Transit server does not answer: {what}") from None
            else:
                if status < HTTPStatus.INTERNAL_SERVER_ERROR or not last:
                    return status, answer
        raise ProviderDown("the Transit server does not answer")

    def _once(self, method: str, path: str, body: object, token: str | None) -> tuple[int, Mapping[str, Any]]:
        until = time.monotonic() + self._seconds
        connection = self._connection()
        try:
            headers = {"X-Vault-Request": "true"} | ({} if token is None else {"X-Vault-Token": token})
            sent = None if body is None else json.dumps(body).encode()
            connection.request(method, f"/v1/{path}", sent, headers)
            response = connection.getresponse()
            content = bytearray()
            while part := response.read1(65_536):
                content += part
                if len(content) > _LARGEST or time.monotonic() > until:
                    raise TimeoutError
            answer = json.loads(content) if content else {}
            return response.status, answer if isinstance(answer, dict) else {}
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        if not self._secure:
            return HTTPConnection(self._host, self._port, timeout=self._seconds)
        context = ssl.create_default_context(cafile=self._ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return HTTPSConnection(self._host, self._port, timeout=self._seconds, context=context)


def _read(secret: Token) -> str:
    """Read at each use: an agent beside us may renew it."""
    try:
        return secret()
    except OSError as error:
        raise ProviderDown(f"the Transit token cannot be read: {type(error).__name__}") from None
