"""One round trip to an identity provider: OpenID Connect Core 1.0, the code flow (3.1), with PKCE (RFC 7636).

What the protocol asks for is Authlib's (addresses, token request, claims) and joserfc's (signatures). What it
leaves to the client stands here, and why it is safe:

* An attempt lies in the session: provider, purpose, person, state, nonce, verifier. It leaves the session
  before anything is compared, counts for LIFETIME, and its state is noted where adding is atomic, so that of
  two requests at the same moment one finds it used. There is one at a time: the newest.
* Mixing providers up (RFC 9700, 4.4): each has an address of its own to come back to; the attempt knows whose
  it is; `iss` in the answer must be the provider (RFC 9207), and be there where the provider says that it
  sends it; what a provider publishes of itself must name the issuer that the operator wrote down
  (OpenID Connect Discovery 1.0, 4.3). So a code of one is never sent to another.
* The ID token must be signed by a published key with a signature that only its owner can make: no `none`, no
  shared secret. Issuer, audience, party, expiry, nonce and the access token's hash are compared. That it came
  over TLS from the provider itself is no reason to skip any of it.
* Nothing is taken from the token but issuer, subject and session: no name, no address, no role. An account
  is linked by its person, while signed in (linking.py), and never because a provider says a mail address.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from requests import RequestException

from people.accounts.models import User
from people.oidc.providers import Provider
from people.oidc.published import Published, keys_of, published

METHOD = "oidc"  # in allauth's authentication records
LIFETIME = 600  # seconds from leaving to coming back: a password and a code are typed meanwhile
LEEWAY = 60  # seconds that two clocks may differ
TIMEOUT = 5.0  # seconds
LONGEST_SUBJECT = 255  # characters (OpenID Connect Core 1.0, 2)
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_KEPT = "oidc"  # in the session: the one attempt that is open
# What the libraries raise about an answer that is none.
_BROKEN = (AuthlibBaseError, JoseError, RequestException, ValueError, TypeError, KeyError, AttributeError)


class Purpose(StrEnum):
    SIGN_IN = "sign_in"
    LINK = "link"


class NotProved(Exception):
    """The provider's answer does not hold, was not asked for here, or there is none."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody is at a provider, proved just now; `session` is its name for their session there, if it
    has one; `going_to` is where they wanted to go."""

    provider: Provider
    subject: str
    session: str
    going_to: str


def leave(
    request: HttpRequest, provider: Provider, purpose: Purpose, *, person: User | None, going_to: str
) -> str:
    """The address at the provider where the attempt goes on. Raises Unusable when it cannot be had."""
    said = published(provider)
    attempt = {
        "provider": provider.code,
        "purpose": purpose,
        "person": _id_of(person),
        "going_to": going_to,
        "at": time.time(),
        **{name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")},
    }
    request.session[_KEPT] = attempt
    with _client(provider, said) as client:
        address, _state = client.create_authorization_url(
            said.authorization_endpoint,
            state=attempt["state"],
            nonce=attempt["nonce"],
            code_verifier=attempt["verifier"],
        )
    return str(address)


def come_back(request: HttpRequest, provider: Provider, purpose: Purpose, *, person: User | None) -> Proof:
    """What the provider proved, to the session and person that asked it. Raises NotProved, Unusable."""
    attempt = _spent(request, provider, purpose, person)
    said = published(provider)
    given = request.GET.get("iss")
    if (given is None and said.names_itself_in_answers) or given not in {None, provider.issuer}:
        raise NotProved
    code = request.GET.get("code")
    if not code or "error" in request.GET:
        raise NotProved
    try:
        token = _token(provider, said, code, attempt["verifier"])
        claims = _claims(provider, said, token, attempt["nonce"])
    except _BROKEN:
        raise NotProved from None
    subject, session = claims["sub"], claims.get("sid", "")
    if not is_name(subject) or not (session == "" or is_name(session)):
        raise NotProved
    return Proof(provider, subject, session, attempt["going_to"])


def is_name(value: object) -> bool:
    """Whether a provider can call somebody, or a session, so."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_SUBJECT


def purpose_here(request: HttpRequest) -> Purpose:
    """What the open attempt of this session is for; signing in when there is none."""
    return Purpose(request.session.get(_KEPT, {}).get("purpose", Purpose.SIGN_IN))


def return_address(provider: Provider) -> str:
    """Where the provider sends people back to: to be registered there."""
    return settings.PUBLIC_ADDRESS.rstrip("/") + reverse("account_identity_return", args=[provider.code])


def _spent(request: HttpRequest, provider: Provider, purpose: Purpose, person: User | None) -> dict[str, Any]:
    """The session's attempt, which is thereby used up."""
    attempt = request.session.pop(_KEPT, None)
    if attempt is None or attempt["provider"] != provider.code or attempt["purpose"] != purpose:
        raise NotProved
    if attempt["person"] != _id_of(person) or time.time() - attempt["at"] > LIFETIME:
        raise NotProved
    if not hmac.compare_digest(request.GET.get("state", "").encode(), attempt["state"].encode()):
        raise NotProved
    used = hashlib.sha256(attempt["state"].encode()).hexdigest()
    if not cache.add(f"oidc:{used}", 1, timeout=2 * LIFETIME):
        raise NotProved
    found: dict[str, Any] = attempt
    return found


def _token(provider: Provider, said: Published, code: str, verifier: str) -> dict[str, Any]:
    with _client(provider, said) as client:
        found: dict[str, Any] = client.fetch_token(
            said.token_endpoint,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            timeout=TIMEOUT,
            allow_redirects=False,  # the secret goes to this address and no other
        )
    return found


def _claims(provider: Provider, said: Published, token: dict[str, Any], nonce: str) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=ALGORITHMS)
    signed = token["id_token"]
    try:
        read = jwt.decode(signed, keys_of(said), registry=registry)
    except (JoseError, ValueError):  # the provider may have changed its keys
        read = jwt.decode(signed, keys_of(said, anew=True), registry=registry)
    wanted = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    params = {"nonce": nonce, "client_id": provider.client_id, "access_token": token["access_token"]}
    claims = CodeIDToken(read.claims, read.header, wanted, params)
    claims.validate(leeway=LEEWAY)
    return dict(claims)


def _client(provider: Provider, said: Published) -> OAuth2Session:
    client = OAuth2Session(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method=said.auth_method,
        scope="openid",  # no name, no mail address: nothing else is wanted
        redirect_uri=return_address(provider),
        code_challenge_method="S256",
    )
    client.trust_env = False
    return client


def _id_of(person: User | None) -> str | None:
    return str(person.pk) if person is not None else None
