"""Ending sessions: out of the store, so that the next request with their cookie is nobody's."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from people.accounts.models import User


def end_sessions(person: User, *, but: str | None = None) -> None:
    """Removes the person's sessions, but for the one with this key.

    A closed account is refused on each request as well (backends.Backend).
    """
    rows = UserSession.objects.filter(user=person)
    if but is not None:
        rows = rows.exclude(session_key=but)
    Session.objects.filter(session_key__in=rows.values_list("session_key", flat=True)).delete()
    rows.delete()
