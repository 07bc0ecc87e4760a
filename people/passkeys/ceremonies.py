"""What a browser is asked about passkeys, and whether its answer holds: W3C Web Authentication, sections 7.1
and 7.2.

Why this is safe, beside what the library (fido2) compares:

* The origin must be the house's address itself. The library would take every host below it as well.
* A challenge belongs to the session that asked, one purpose, one person, counts for LIFETIME and once: it
  leaves the session before anything is compared, and the first to use it is noted where adding is atomic, so
  that of two requests at the same moment one finds it used.
* The user is always verified by the device (PIN, fingerprint, face), so a passkey is two factors by itself
  and a found key opens nothing. There is one kind of passkey, for a second step as for a whole sign-in.
"""

import hashlib
import json
import struct
import time
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from fido2.cose import ES256K, CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from people.accounts.models import User

KIND = Authenticator.Type.WEBAUTHN
LIFETIME = 180  # seconds from a challenge to its answer
LONGEST_ANSWER = 16_000  # characters
_VERIFIED = UserVerificationRequirement.REQUIRED
_KEPT = "passkey"  # in the session: the one challenge that is open
SHORTEST_RSA = 2048  # bits
_KIND, _ALG, _MODULUS, _RSA = 1, 3, -1, 3  # RFC 9052, section 7; RFC 8230, section 4
# What the library raises about an answer that is none.
_BROKEN = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, RecursionError),
    *(NotImplementedError, struct.error, UnsupportedAlgorithm, OverflowError),
)


class Purpose(StrEnum):
    ADD = "add"
    SIGN_IN = "sign_in"
    SECOND = "second"
    STEP_UP = "step_up"


def passkeys_of(user: User) -> list[Authenticator]:
    """The person's passkeys, the oldest first."""
    return list(Authenticator.objects.filter(user_id=user.pk, type=KIND).order_by("created_at"))


def ask_for_new(request: HttpRequest, user: User) -> dict[str, Any]:
    """The options for `navigator.credentials.create`, as JSON has them."""
    options, state = _server().register_begin(
        user=PublicKeyCredentialUserEntity(
            id=user.pk.bytes, name=user.username, display_name=user.display_name
        ),
        credentials=[credential_of(row) for row in passkeys_of(user)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
    )
    _keep(request, Purpose.ADD, user, state["challenge"])
    return dict(options)


def ask(request: HttpRequest, purpose: Purpose, user: User | None) -> dict[str, Any]:
    """The options for `navigator.credentials.get`. Without a user, whoever answers says who they are."""
    known = [credential_of(row) for row in passkeys_of(user)] if user else []
    options, state = _server().authenticate_begin(credentials=known, user_verification=_VERIFIED)
    _keep(request, purpose, user, state["challenge"])
    return dict(options)


def spend(request: HttpRequest, purpose: Purpose, user: User | None) -> str | None:
    """The session's challenge, which is thereby used up; None when there is none for this."""
    kept = request.session.pop(_KEPT, None)
    if not kept or kept["purpose"] != purpose or kept["user"] != _id_of(user):
        return None
    if time.time() - kept["at"] > LIFETIME:
        return None
    used = hashlib.sha256(kept["challenge"].encode()).hexdigest()
    return kept["challenge"] if cache.add(f"passkey:{used}", 1, timeout=2 * LIFETIME) else None


def read(typed: str) -> dict[str, Any] | None:
    """What the browser sent, as far as it is an object of JSON."""
    if len(typed) > LONGEST_ANSWER:
        return None
    try:
        found = json.loads(typed)
    except _BROKEN:
        return None
    return found if isinstance(found, dict) else None


def new_passkey(answer: dict[str, Any], challenge: str) -> dict[str, Any] | None:
    """What is kept of a new passkey, made for this challenge by a device that verified its user; else
    None."""
    try:
        made = RegistrationResponse.from_dict(answer)
        server = _server()
        data = server.register_complete(_state(challenge), made)
        if made.response.client_data.cross_origin or data.credential_data is None:
            return None
        if not _is_strong(server, data.credential_data.public_key):
            return None
        if data.credential_data.credential_id != made.raw_id:
            return None
        credential_of(Authenticator(type=KIND, data={"credential": answer}))
        return {"credential": {**answer, "id": made.id}, "counter": data.counter}
    except _BROKEN:
        return None


class Signed(NamedTuple):
    """A signature that holds: by which row's passkey, and how many the device counts."""

    row_id: int
    counter: int


def signed_by(answer: dict[str, Any], challenge: str, rows: list[Authenticator]) -> Signed | None:
    """By which of these passkeys the challenge was signed; None for none."""
    try:
        given = AuthenticationResponse.from_dict(answer)
        known = {credential_of(row).credential_id: row.pk for row in rows}
        credentials = [credential_of(row) for row in rows]
        found = _server().authenticate_complete(_state(challenge), credentials, given)
        if given.response.client_data.cross_origin:
            return None
        return Signed(known[found.credential_id], given.response.authenticator_data.counter)
    except _BROKEN:
        return None


def claimed_by(answer: dict[str, Any]) -> User | None:
    """The person whom an answer says it is of: a claim only, until it is compared."""
    try:
        handle = AuthenticationResponse.from_dict(answer).response.user_handle
    except _BROKEN:
        return None
    if handle is None or len(handle) != 16:
        return None
    return User.objects.filter(pk=_uuid(handle)).first()


def credential_of(row: Authenticator) -> AttestedCredentialData:
    found: AttestedCredentialData = row.wrap().authenticator_data.credential_data
    return found


def _uuid(handle: bytes) -> str:
    return handle.hex()


def _server() -> Fido2Server:
    """Bound to the house's own address, whatever the request says of its host."""
    address = urlsplit(settings.PUBLIC_ADDRESS)
    origin = f"{address.scheme}://{address.netloc}".lower()
    entity = PublicKeyCredentialRpEntity(name="Sealroom", id=address.hostname or "")
    server = Fido2Server(entity, verify_origin=lambda said: said == origin)
    server.timeout = LIFETIME * 1000  # type: ignore[assignment]  # milliseconds; annotated by its first value
    server.allowed_algorithms = [
        one
        for one in server.allowed_algorithms
        if one.alg != ES256K.ALGORITHM  # no curve of FIPS 186-5
    ]
    return server


def _is_strong(server: Fido2Server, key: CoseKey) -> bool:
    """Whether its algorithm is one of those asked for (7.1, step 20): the library takes what comes,
    signatures over SHA-1 too."""
    asked = {one.alg for one in server.allowed_algorithms}
    return key[_ALG] in asked and (key[_KIND] != _RSA or len(key[_MODULUS]) >= SHORTEST_RSA // 8)


def _state(challenge: str) -> dict[str, object]:
    return {"challenge": challenge, "user_verification": _VERIFIED}


def _keep(request: HttpRequest, purpose: Purpose, user: User | None, challenge: str) -> None:
    request.session[_KEPT] = {
        "purpose": purpose.value,
        "user": _id_of(user),
        "challenge": challenge,
        "at": time.time(),
    }


def _id_of(user: User | None) -> str:
    return str(user.pk) if user else ""
