"""Every request of somebody signed in leaves an entry: of what it did, or else that the page was opened.

What a request does is recorded where it is done. Whatever leaves nothing there (a form, an empty list, a list
of colleagues) is recorded here, after the view and before a byte leaves, so that nothing rests on a view's
author having thought of it. A view that shows and does nothing new says so, and why: `leaves_no_entry`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
POLLED = "asked every few seconds by a page whose opening is an entry"
_MARK = "leaves_no_entry"
_DENIED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


class Trail:
    """Whether something was recorded since it was begun."""

    left = False


_trail: ContextVar[Trail | None] = ContextVar("audit_trail", default=None)


@contextmanager
def followed() -> Iterator[Trail]:
    """Run the block and know afterwards whether it left an entry; a block around it knows as well."""
    trail, outer = Trail(), _trail.get()
    token = _trail.set(trail)
    try:
        yield trail
    finally:
        _trail.reset(token)
        if outer is not None and trail.left:
            outer.left = True


def noted() -> None:
    """An entry was written. One rolled back with its change counts too: a refusal has its own."""
    trail = _trail.get()
    if trail is not None:
        trail.left = True


def leaves_no_entry(why: str) -> Callable[[View], View]:
    """Marks a view whose requests are no access of their own. The decorators above it carry the mark on."""

    def mark(view: View) -> View:
        setattr(view, _MARK, why)
        return view

    return mark


def is_silent(view: Callable[..., object]) -> bool:
    """Whether the view's requests are no access of their own."""
    return hasattr(view, _MARK)


def page_entry(request: HttpRequest, status: int) -> Entry | None:
    """The plain entry of a request that left none; None where none is due."""
    found = request.resolver_match
    if not request.user.is_authenticated or (found and is_silent(found.func)):
        return None
    ids = [value for value in found.kwargs.values() if isinstance(value, UUID)] if found else []
    return Entry(
        action=Action.PAGE_VIEW,
        object_type=ObjectType.PAGE,
        object_id=ids[-1] if ids else None,
        fields=(page_code(found.view_name),) if found else (),
        result=Result.REFUSED if status in _DENIED else Result.DONE,
    )


def page_code(view_name: str) -> str:
    """What the log calls a page: `vault:clients` is `vault.clients`."""
    return view_name.replace(":", ".").lower()
