"""Reading a text page by page: which pages this session has been shown, so that nobody signs or accepts what
was not before them.

The server counts; a page's part is shown only after the one before it, so a number is enough. Whatever a
browser sends, it cannot say that a part was shown. Works without scripts: the parts are pages.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

_KEY = "shown_parts"
_KEPT = 6  # texts of one session; who opens more begins the oldest again


@dataclass(frozen=True, slots=True)
class Place:
    """`part` of `of`, both counted from 1."""

    part: int
    of: int

    @property
    def is_last(self) -> bool:
        return self.part == self.of

    @property
    def before(self) -> int:
        """0 on the first."""
        return self.part - 1

    @property
    def after(self) -> int:
        """0 on the last."""
        return 0 if self.is_last else self.part + 1

    @property
    def percent(self) -> int:
        return self.part * 100 // self.of


def mark_of(text_hash: bytes, language: str) -> str:
    """What a reading is remembered under: this very text in this language."""
    return f"{text_hash.hex()}.{language}"


def turn_to(request: HttpRequest, mark: str, of: int) -> Place:
    """The part that the address asks for (`?part=`), but none beyond the first that was not shown yet; and it
    counts as shown now: the caller shows it."""
    shown = reached(request, mark, of)
    part = asked_for(request, shown, of).part
    kept: dict[str, Any] = {key: value for key, value in _all(request).items() if key != mark}
    newest = dict(list(kept.items())[1 - _KEPT :])
    request.session[_KEY] = newest | {mark: max(shown, part)}
    return Place(part, of)


def asked_for(request: HttpRequest, shown: int, of: int) -> Place:
    """As `turn_to` finds the part, without counting it: for a page whose content comes by an address of its
    own, and counts there."""
    asked = request.GET.get("part", "")
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1
    return Place(min(max(wanted, 1), shown + 1, of), of)


def reached(request: HttpRequest, mark: str, of: int) -> int:
    """How many parts were shown."""
    return min(int(_all(request).get(mark, 0)), of)


def was_shown(request: HttpRequest, mark: str, of: int) -> bool:
    """Whether every part was."""
    return of > 0 and reached(request, mark, of) >= of


def _all(request: HttpRequest) -> dict[str, Any]:
    found = request.session.get(_KEY)
    return found if isinstance(found, dict) else {}
