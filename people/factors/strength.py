"""Whether what is done now is done in a session that a second factor opened: for gates that ask for one.

A gate knows a person, and the same person may come in two ways. So the request in which it is asked is a
variable, and where there is none, in a job or a stream that goes on after its answer, the answer is no: a
caller that forgets it is refused and never let in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest

from audit.refusals import Refused
from people.factors.access import proved_here

_request: ContextVar[HttpRequest | None] = ContextVar("session_asked", default=None)


class FactorNeeded(Refused):
    """The person may have it, but not in a session like this one. Said in words, since they have been let in
    to the thing itself."""


@contextmanager
def session_asked(request: HttpRequest) -> Iterator[None]:
    """Run the block with this request's session asked."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def is_strong_here() -> bool:
    """Whether the session that is acting was opened with a second factor."""
    request = _request.get()
    return request is not None and proved_here(request)
