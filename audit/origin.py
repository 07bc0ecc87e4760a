"""Who acts: what each entry says about its origin, carried in a context variable.

A page's middleware sets it for the request; a job or command sets it with `acting_as`. There is no
default: an entry that lands without an actor by oversight would be worth nothing as evidence, so asking
for an origin where none was set raises. An entry that must not be attributed (whistle-blowing) is
written under an explicit, empty `Origin()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Ids only. `network` is an address prefix in CIDR notation, never a whole address."""

    actor: UUID | None = None
    on_behalf_of: UUID | None = None
    session: UUID | None = None
    request: UUID | None = None
    network: str | None = None


class NoOrigin(LookupError):
    """Code that writes to the log ran outside a request and outside `acting_as`."""

    def __init__(self) -> None:
        super().__init__("nobody is acting: wrap this in audit.origin.acting_as(Origin(actor=...))")


_origin: ContextVar[Origin] = ContextVar("audit_origin")


def current_origin() -> Origin:
    """The origin of what runs now. Raises NoOrigin."""
    origin = _origin.get(None)
    if origin is None:
        raise NoOrigin
    return origin


@contextmanager
def acting_as(origin: Origin) -> Iterator[Origin]:
    """Run the block as `origin`; what was set before comes back after it."""
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)


@contextmanager
def on_behalf_of(person: UUID) -> Iterator[Origin]:
    """Run the block with each entry naming `person` beside whoever acts. Raises NoOrigin."""
    with acting_as(replace(current_origin(), on_behalf_of=person)) as origin:
        yield origin
