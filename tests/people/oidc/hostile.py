"""An identity provider that lies: honest until a test says what about, each answer made with a real key."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

ALG = "RS256"


@dataclass
class Hostile:
    """`said` changes what it publishes, `claims` and `moments` the token, `instead` the whole token."""

    said: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    moments: dict[str, int] = field(default_factory=dict)  # seconds from now
    without: tuple[str, ...] = ()
    signer: Any = None
    instead: Any = None
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)
    nonce: str = ""
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "alg": ALG}))
    address: str = ""
    keys_asked: int = 0
    body: bytes | None = None
    redirect: str = ""

    def publish(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        } | self.said

    def token(self, client: str) -> str:
        if self.instead is not None:
            return str(self.instead(self.honest(client)))
        return self.sign(self.honest(client))

    def honest(self, client: str) -> dict[str, Any]:
        now = int(time.time())
        claims = (
            {
                "iss": self.address,
                "sub": "somebody",
                "aud": client,
                "exp": now + 300,
                "iat": now,
                "nonce": self.nonce,
            }
            | self.claims
            | {name: now + seconds for name, seconds in self.moments.items()}
        )
        return {name: value for name, value in claims.items() if name not in self.without}

    def sign(self, claims: dict[str, Any], **header: str) -> str:
        return jwt.encode({"alg": ALG, "kid": "one"} | header, claims, self.signer or self.key)


def unsigned(claims: dict[str, Any], kind: str = "JWT") -> str:
    """A token whose header says that it needs no signature."""
    return f"{_coded({'alg': 'none', 'typ': kind})}.{_coded(claims)}."


def signed_by_the_public_key(server: Hostile, kind: str = "JWT") -> Callable[[dict[str, Any]], str]:
    """The published key, which everybody has, taken for a shared secret."""

    def made(claims: dict[str, Any]) -> str:
        text = f"{_coded({'alg': 'HS256', 'kid': 'one', 'typ': kind})}.{_coded(claims)}"
        signature = hmac.digest(server.key.as_pem(private=False), text.encode(), "sha256")
        return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    return made


def _coded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@contextmanager
def serving(server: Hostile) -> Iterator[Hostile]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if server.redirect:
                self.send_response(302)
                self.send_header("Location", server.redirect)
                self.end_headers()
            elif self.path.startswith("/keys"):
                server.keys_asked += 1
                self._give({"keys": [server.key.as_dict(private=False)]})
            else:
                self._give(server.publish())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            server.asked.append((self.path, parse_qs(body), self.headers.get("Authorization", "")))
            self._give({"access_token": "a", "token_type": "Bearer", "id_token": server.token("sealroom")})

        def _give(self, said: dict[str, Any]) -> None:
            body = server.body if server.body is not None else json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield server
    listening.shutdown()
    listening.server_close()
    thread.join()


def asked_for(address: str) -> dict[str, str]:
    """What the house asks for at a provider's address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
