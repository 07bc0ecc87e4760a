"""Whether a staff session stands, for a browser and for a service that changes something.

A service asks here in the transaction of its change, whatever page called it: a view whose decorator was
forgotten changes nothing. What it writes to the log then names both people, whatever the middleware did.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType, Reason
from audit.origin import current_origin, on_behalf_of
from audit.refusals import Refused
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.staffsessions.models import Over, StaffSession

P = ParamSpec("P")
R = TypeVar("R")


def open_now() -> QuerySet[StaffSession]:
    """Those that nobody ended and whose time is not over."""
    return StaffSession.objects.filter(ended_at__isnull=True, ends_at__gt=timezone.now())


def over_now(found: StaffSession, session: UUID | None) -> Over | None:
    """Why it is over for this browser session; None while it stands. Where no browser asks (the clock does),
    None stands for the one that opened it."""
    if found.ended_at is not None:
        return Over(found.over)
    if session not in (None, found.session):
        return Over.SESSION
    return Over.TIME if found.ends_at <= timezone.now() else None


@contextmanager
def at_request(actor: User) -> Iterator[None]:
    """Run an administrator's change: each entry in it names also the person at whose request it is done.

    What the house does itself (commands of the console, the clock) needs no session. Within a request the
    session must be of this very browser; outside of one (a job that an administrator ordered) there is none
    to compare, and the one that stands counts. Raises Refused.
    """
    if actor.pk == SYSTEM_ID:
        yield
        return
    standing = open_now().filter(person_id=actor.pk)
    session = current_origin().session
    if session is not None:
        standing = standing.filter(session=session)
    found = standing.first()
    if found is None:
        raise Refused(
            ObjectType.STAFF_SESSION, None, Action.STAFF_SESSION_OPEN, reason=Reason.NO_STAFF_SESSION
        )
    with on_behalf_of(found.requested_by_id):
        yield


def in_staff_session(service: Callable[P, R]) -> Callable[P, R]:
    """Decorates a service that takes `actor` by name and is an administrator's. It raises Refused without a
    session."""

    @wraps(service)
    def at_somebodys_request(*args: P.args, **given: P.kwargs) -> R:
        actor = given["actor"]
        assert isinstance(actor, User)
        with at_request(actor):
            return service(*args, **given)

    return at_somebodys_request
