"""The access matrix: every URL × person × state of the object.

Each layer or slice lists its URLs in a module here, as `ROWS`. `tests/test_access_matrix.py` requests every
row as every person of the cast and as nobody; a URL name that no row lists fails the run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

# What a row's `build` makes: the cast under their first names, and whatever the row's URL is about.
World = SimpleNamespace

NOBODY = "nobody"  # not signed in


@dataclass(frozen=True, kw_only=True)
class Row:
    """One URL in one state.

    `who` are the first names (see tests/cast.py) that are let in: they get `status`. Everybody else who is
    signed in gets 404, and who is not signed in is sent to the sign-in page, unless NOBODY is in `who`.
    """

    url: str  # "people:roles"
    who: frozenset[str]
    state: str = ""  # in words: "deal at stage NDA, buyer has not signed"
    build: Callable[[World], None] = lambda world: None
    args: Callable[[World], list[Any]] = lambda world: []
    method: str = "get"
    data: Callable[[World], Mapping[str, Any]] = lambda world: {}
    status: frozenset[int] = field(default=frozenset({200, 302}))

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.url} {self.state}".strip()


def who(*names: str) -> frozenset[str]:
    """Shorthand for a set of first names."""
    return frozenset(names)
