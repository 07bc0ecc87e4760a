"""What every format gives back: a checked value, or a coded problem with a message for people.

Problems carry counts and positions, never the value itself: their text reaches logs and job results,
where no personal data may be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from vault.formats.messages import MESSAGES


@dataclass(frozen=True, slots=True)
class Problem:
    """A code that stays the same over releases, and the numbers its message needs."""

    code: str
    params: Mapping[str, int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in MESSAGES:
            raise KeyError(f"no message for {self.code}")

    @property
    def message(self) -> str:
        """What is wrong and how to mend it, in the language active now."""
        from django.utils.translation import gettext  # noqa: PLC0415 (see `messages`)

        return gettext(MESSAGES[self.code]) % self.params


class FormatError(ValueError):
    """The value cannot be what its field says it is."""

    def __init__(self, code: str, **params: int | str) -> None:
        self.problem = Problem(code, params)
        super().__init__(code)

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def message(self) -> str:
        return self.problem.message


class Checked(NamedTuple):
    """A normalised value; warnings are for a person to look at and do not stop it."""

    value: str
    warnings: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return f"Checked(warnings={self.warnings})"
