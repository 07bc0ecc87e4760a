"""How far what a role gives reaches: up to which grade of fields, in which stages of deals, on which deal.

Grades, stages and deals are things of upper layers, which name them here; the gates of those layers ask
`limits_of` and honour what it says. What nothing limits has one limit that lets everything pass.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from people.roles.permissions import Duty, Permission

Choices = Sequence[tuple[int, "str | Promise"]]
Deals = Callable[[], Iterable[tuple[UUID, str]]]


@dataclass(frozen=True, slots=True)
class Limit:
    """One way by which somebody holds a permission. None: not limited in that."""

    grade: int | None = None
    stages: frozenset[int] | None = None
    deal: UUID | None = None

    def counts_on(self, deal: UUID | None, stage: int | None = None) -> bool:
        """Whether it counts on this deal (None: on what belongs to no deal), at the stage it has reached."""
        if self.deal is not None and self.deal != deal:
            return False
        return self.stages is None or stage is None or stage in self.stages


FREE = Limit()
Held = Mapping[str, tuple[Limit, ...]]  # permission code → the ways by which it is held

# A role given for one deal does not give these: what makes something that belongs to no deal yet, and what no
# gate asks a deal for, such as a lead's deciding on exports.
_MAKES = frozenset({Permission.BOOK_CREATE, Permission.DEAL_CREATE})
WITHOUT_DEAL = _MAKES | {one for one in Permission if one.duty != Duty.BUSINESS}

grades: list[tuple[int, "str | Promise"]] = []
stages: list[tuple[int, "str | Promise"]] = []
_deals: list[Deals] = []


def register(*, of_grades: Choices = (), of_stages: Choices = (), deals: Deals | None = None) -> None:
    """Called from an upper layer's `apps.ready()`; what is there already is not added again."""
    grades.extend(choice for choice in of_grades if choice not in grades)
    stages.extend(choice for choice in of_stages if choice not in stages)
    if deals is not None and deals not in _deals:
        _deals.append(deals)


def deal_choices() -> list[tuple[UUID, str]]:
    """Every deal that somebody could be given a role for, by its code name."""
    return [choice for deals in _deals for choice in deals()]


def held(rows: Iterable[tuple[str | None, int | None, Sequence[int] | None, UUID | None]]) -> Held:
    """From permission, highest grade, stages and deal of each grant in force. A role without a set gives
    nothing."""
    found: dict[str, list[Limit]] = {}
    for permission, grade, in_stages, deal in rows:
        if permission is None or (deal is not None and permission in WITHOUT_DEAL):
            continue
        limit = Limit(grade, None if in_stages is None else frozenset(in_stages), deal)
        found.setdefault(permission, []).append(limit)
    return {permission: tuple(limits) for permission, limits in found.items()}


def free(permissions: Iterable[str]) -> Held:
    """These permissions, without any limit."""
    return dict.fromkeys(permissions, (FREE,))


def together(*parts: Held) -> Held:
    """What is held by all of these ways."""
    found: dict[str, tuple[Limit, ...]] = {}
    for part in parts:
        for permission, limits in part.items():
            found[permission] = (*found.get(permission, ()), *limits)
    return found
