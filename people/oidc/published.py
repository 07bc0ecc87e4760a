"""What an identity provider publishes of itself: OpenID Connect Discovery 1.0, and its keys (RFC 7517).

Kept in this process for a while: a store that others can write to would be a way to send codes elsewhere.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from people.oidc.providers import Provider, is_safe

KEPT_FOR = 600  # seconds
ANEW_AFTER = 30  # seconds: unknown keys are asked about no more often, whoever sends them
TIMEOUT = 5.0  # seconds
_LONGEST = 256 * 1024  # bytes
SHORTEST_RSA = 2048  # bits


class Unusable(Exception):
    """The provider does not answer, or what it publishes cannot be used."""


@dataclass(frozen=True, slots=True)
class Published:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    auth_method: str  # at the token endpoint
    names_itself_in_answers: bool  # RFC 9207


_published: dict[str, tuple[float, Published]] = {}
_keys: dict[str, tuple[float, KeySet]] = {}


def published(provider: Provider) -> Published:
    """Raises Unusable."""
    kept = _published.get(provider.issuer)
    if kept is None or time.monotonic() - kept[0] > KEPT_FOR:
        said = _fetched(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        kept = _published[provider.issuer] = time.monotonic(), _checked(provider, said)
    return kept[1]


def keys_of(said: Published, *, anew: bool = False) -> KeySet:
    """The provider's keys. `anew` asks again, unless that was done a moment ago. Raises Unusable."""
    kept = _keys.get(said.jwks_uri)
    longest = ANEW_AFTER if anew else KEPT_FOR
    if kept is None or time.monotonic() - kept[0] > longest:
        kept = _keys[said.jwks_uri] = time.monotonic(), _imported(_fetched(said.jwks_uri))
    return kept[1]


def _checked(provider: Provider, said: dict[str, Any]) -> Published:
    authorization, token, keys = (
        said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    )
    if said.get("issuer") != provider.issuer or not all(is_safe(one) for one in (authorization, token, keys)):
        raise Unusable
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    basic = "client_secret_basic" in methods
    return Published(
        authorization_endpoint=str(authorization),
        token_endpoint=str(token),
        jwks_uri=str(keys),
        auth_method="client_secret_basic" if basic else "client_secret_post",
        names_itself_in_answers=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _imported(said: Any) -> KeySet:
    """Without RSA keys so short that others can find their private halves: the library takes those too."""
    try:
        found = KeySet.import_key_set(said).keys
        return KeySet(
            [key for key in found if not isinstance(key, RSAKey) or key.raw_value.key_size >= SHORTEST_RSA]
        )
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise Unusable from None


def _fetched(address: str) -> dict[str, Any]:
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no password of the environment
            with session.get(address, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
                if answer.status_code != requests.codes.ok:
                    raise Unusable
                body = b"".join(_bounded(answer))
        found = json.loads(body)
    except (requests.RequestException, OSError, ValueError):
        raise Unusable from None
    if not isinstance(found, dict):
        raise Unusable
    return found


def _bounded(answer: requests.Response) -> Iterator[bytes]:
    length = 0
    for piece in answer.iter_content(16 * 1024):
        length += len(piece)
        if length > _LONGEST:
            raise Unusable
        yield piece
