"""OpenID Connect Back-Channel Logout 1.0: a provider says, from server to server, that somebody signed out
there.

No browser and no cookie has a part in it, so there is no session that a forged request could use, and no
token of ours that the provider could send: that the request is the provider's is said by the signature of
its logout token and by nothing else. Hence the view is exempt from the check of forms, and what it may do
is little: end sessions that this very provider opened.

What holds (2.4, 2.6, with errata set 1; OWASP ASVS 5.0, 10.5.5): a published key's signature by an
algorithm that only its owner can use; a header that says that it is a logout token; issuer and audience;
issued just now and not over; the event; never a nonce, so that no ID token is one; a subject or a session;
and each `jti` once, noted where adding is atomic. It counts for sessions opened by that identity, or that
session of it, and for no others of the person.
"""

import time
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_change
from audit.middleware import session_pseudonym
from people.oidc.ceremony import ALGORITHMS, LEEWAY, is_name
from people.oidc.opened import note_over, rows_of
from people.oidc.providers import Provider
from people.oidc.published import keys_of, published

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPE = "logout+jwt"
OLDEST = 120  # seconds since it was issued; at most two minutes are advised (2.4)
LONGEST = 8192  # characters
_NOTED = 2 * (OLDEST + 2 * LEEWAY)  # seconds: longer than a token can hold


class NotALogout(Exception):
    """The token does not hold, or was used before."""


def end_told(provider: Provider, token: str) -> int:
    """Ends what the logout token says; how many sessions. Raises NotALogout, Unusable, LogUnavailable."""
    claims = _read(provider, token)
    used = f"oidc-logout:{provider.digest_of(claims['jti']).hex()}"
    if not cache.add(used, 1, timeout=_NOTED):
        raise NotALogout
    subject, session = claims.get("sub", ""), claims.get("sid", "")
    try:
        note_over(provider, subject, session)
        return _end(provider, subject, session)
    except BaseException:
        cache.delete(used)  # it did nothing: the provider may send it again
        raise


def _read(provider: Provider, token: str) -> dict[str, Any]:
    if not 0 < len(token) <= LONGEST:
        raise NotALogout
    registry, said = JWSRegistry(algorithms=ALGORITHMS), published(provider)
    try:
        try:
            read = jwt.decode(token, keys_of(said), registry=registry)
        except (JoseError, ValueError):  # the provider may have changed its keys
            read = jwt.decode(token, keys_of(said, anew=True), registry=registry)
        claims = dict(read.claims)
        kind = read.header["typ"].lower().removeprefix("application/")  # RFC 7515, 4.1.9
        holds = kind == TYPE and _holds(provider, claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise NotALogout from None
    if not holds:
        raise NotALogout
    return claims


def _holds(provider: Provider, claims: dict[str, Any]) -> bool:
    now = time.time()
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    named = [claims[name] for name in ("sub", "sid") if name in claims]
    return (
        claims["iss"] == provider.issuer
        and provider.client_id in audience
        and now - OLDEST - LEEWAY <= _moment(claims["iat"]) <= now + LEEWAY
        and _moment(claims["exp"]) > now - LEEWAY
        and isinstance(claims["events"][EVENT], dict)
        and "nonce" not in claims
        and bool(named)
        and all(is_name(one) for one in [*named, claims["jti"]])
    )


def _moment(value: object) -> float:
    """Raises TypeError for what is no number; JSON's true and false would pass for one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


@transaction.atomic
def _end(provider: Provider, subject: str, session: str) -> int:
    rows = list(rows_of(provider, subject, session).select_for_update().order_by("pk"))
    for row in rows:
        Session.objects.filter(session_key=row.session_key).delete()
        _log(row)
        row.delete()
    return len(rows)


def _log(row: UserSession) -> None:
    record_change(
        Entry(
            action=Action.SESSION_END,
            object_type=ObjectType.SESSION,
            object_id=session_pseudonym(row.session_key),
            subjects=(row.user_id,),
            reason=str(Reason.BY_PROVIDER),
        )
    )
