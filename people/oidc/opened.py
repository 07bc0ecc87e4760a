"""Which sessions of ours an identity provider opened, and what it said since of those.

A session keeps digests of the identity, and of the provider's own session, that it was opened by; the row
that its person's list is made of keeps them too, and is how it is found. There is a moment in which there
is no row yet: from the provider's answer over the second factor to the first page. What the provider says
in that moment would meet nothing. So it is noted for as long as a session can last, and looked at once the
row is there: the row is written before the note is read, the note before rows are looked for, so that one
of the two finds the other.
"""

import time
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest

from people.accounts.models import User
from people.oidc.ceremony import Proof
from people.oidc.providers import Provider

MARK = "identity"  # in a session and in its row


def remember(request: HttpRequest, person: User, proof: Proof) -> None:
    """In the session that goes on to the second factor. Whoever else signs in there is not bound by it."""
    request.session[MARK] = {
        "person": str(person.pk),
        "provider": proof.provider.code,
        "subject": proof.provider.digest_of(proof.subject).hex(),
        "session": proof.provider.digest_of(proof.session).hex() if proof.session else "",
        "at": time.time(),
    }


def mark_of(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """By which identity the session was opened; None where no provider had a part in it."""
    mark: dict[str, Any] | None = request.session.get(MARK)
    return mark if mark is not None and mark["person"] == str(user.pk) else None


def rows_of(provider: Provider, subject: str, session: str) -> QuerySet[UserSession]:
    """Those opened by that identity and by that session of it; an empty text says neither. Raises
    ValueError for both empty, which would be everybody's."""
    said = _digests(provider, subject, session)
    if not any(said.values()):
        raise ValueError("a subject or a session")
    wanted = {f"data__{MARK}__{name}": digest for name, digest in said.items() if digest}
    found: QuerySet[UserSession] = UserSession.objects.filter(
        **{f"data__{MARK}__provider": provider.code}, **wanted
    )
    return found


def note_over(provider: Provider, subject: str, session: str) -> None:
    """For sessions that have no row yet."""
    said = _digests(provider, subject, session)
    cache.set(_key(provider.code, said["subject"], said["session"]), time.time(), settings.SESSION_LONGEST)


def is_over(mark: dict[str, Any]) -> bool:
    """Whether the provider has said so since it opened the session."""
    subject, session = mark["subject"], mark["session"]
    names = {(subject, ""), (subject, session), ("", session)} - {("", "")}
    noted = cache.get_many([_key(mark["provider"], *name) for name in names])
    return any(at >= mark["at"] for at in noted.values())


def _digests(provider: Provider, subject: str, session: str) -> dict[str, str]:
    said = {"subject": subject, "session": session}
    return {name: provider.digest_of(text).hex() if text else "" for name, text in said.items()}


def _key(code: str, subject: str, session: str) -> str:
    return f"oidc-over:{code}:{subject}:{session}"
