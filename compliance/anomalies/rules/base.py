"""What a rule is given, and what it answers. Rules are pure: the same entries and parameters, the same
hits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise

from audit.actions import Action
from people.workdays import is_rest

Words = str | Promise
Params = Mapping[str, int]
HOURS = 24


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry, as far as a rule looks at it. `day` and `hour` are the house's; `drift` is by how many
    seconds the writer's clock differed from the database's."""

    id: UUID
    at: datetime
    hour: int
    action: str
    result: str
    actor: UUID | None = None
    on_behalf_of: UUID | None = None
    session: UUID | None = None
    network: str | None = None
    country: str | None = None
    object_id: UUID | None = None
    subjects: tuple[UUID, ...] = ()
    fields: tuple[str, ...] = ()
    drift: float = 0.0
    unlinked: bool = False  # the entry before it in its chain is not in the log


@dataclass(frozen=True, slots=True)
class Counts:
    """A person's day in numbers; `hours` counts what was opened in each hour of the house's day."""

    day: date
    opened: int = 0
    listed: int = 0
    views: int = 0
    reveals: int = 0
    refused: int = 0
    hours: tuple[int, ...] = (0,) * HOURS
    networks: tuple[str, ...] = ()
    browsers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    @property
    def is_rest(self) -> bool:
        """A weekend or public holiday, by the calendar of the house."""
        return is_rest(self.day)


@dataclass(frozen=True, slots=True)
class Before:
    """What was known before the day began: the person's own days and those of the house (newest last, days of
    confirmed findings left out), when they were last there or came, and since when they are known to be
    leaving."""

    own: Sequence[Counts] = ()
    house: Sequence[Counts] = ()
    last_seen: date | None = None
    leaving_since: datetime | None = None


# Of what explains that somebody acts with another one's name beside theirs.
BEGINNINGS = frozenset({Action.ROOM_PREVIEW_START, Action.STAFF_SESSION_OPEN})


class About(StrEnum):
    """Whom a rule watches: people, networks of people who are not signed in, or the log itself."""

    PERSON = "person"
    NETWORK = "network"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Scope:
    """One day of somebody: of `person`, where it is somebody's. `entries` are in the order of the log, and
    apart from them, in the same order, what others did on the person's behalf: it is no habit of theirs."""

    about: About
    day: date
    entries: Sequence[Seen]
    before: Before = field(default_factory=Before)
    person: UUID | None = None
    on_behalf: Sequence[Seen] = ()

    @classmethod
    def of_person(cls, person: UUID, day: date, entries: Sequence[Seen], before: Before) -> "Scope":
        """A person's day from all entries that name them as acting or as acted for."""
        own = [entry for entry in entries if entry.on_behalf_of != person]
        others = [entry for entry in entries if entry.on_behalf_of == person]
        return cls(About.PERSON, day, own, before, person, others)

    @property
    def everything(self) -> list[Seen]:
        return [*self.entries, *self.on_behalf]

    def after(self, moment: datetime) -> "Scope":
        """What came after the moment; and beginnings of previews and of staff sessions, which say what came
        after to be theirs."""

        def later(entries: Sequence[Seen]) -> list[Seen]:
            return [one for one in entries if one.at > moment or one.action in BEGINNINGS]

        return replace(self, entries=later(self.entries), on_behalf=later(self.on_behalf))

    def alike(self, of: Sequence[Counts]) -> list[Counts]:
        """The days of the same kind: workdays, or days of rest."""
        rest = is_rest(self.day)
        return [one for one in of if one.is_rest == rest]


@dataclass(frozen=True, slots=True)
class Hit:
    """`measure` is what was counted, `limit` what would not have been unusual; `entries` show it."""

    measure: int
    limit: int
    entries: tuple[UUID, ...]


class Looser(StrEnum):
    """In which direction a parameter makes the rule find less."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number that officers set."""

    name: str
    label: Words
    default: int
    least: int
    most: int
    looser: Looser
    help: Words = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`find` says what of a day is unusual, if anything. Codes are for ever: findings keep them."""

    code: str
    label: Words
    says: Words  # what a hit means, for an officer who has never seen one
    unit: Words  # what `measure` counts
    about: frozenset[About]
    parameters: tuple[Parameter, ...]
    find: Callable[[Scope, Params], Hit | None]
    again: bool = True  # whether more of the same on a day that was decided on is something new

    @property
    def defaults(self) -> dict[str, int]:
        return {one.name: one.default for one in self.parameters}

    def checked(self, params: Mapping[str, object]) -> dict[str, int]:
        """Exactly this rule's parameters. Raises ValueError for a missing, unknown or impossible one."""
        if params.keys() != self.defaults.keys():
            raise ValueError(f"{self.code} has the parameters {sorted(self.defaults)}")
        for one in self.parameters:
            value = params[one.name]
            if not isinstance(value, int) or isinstance(value, bool) or not one.least <= value <= one.most:
                raise ValueError(f"{one.name} lies between {one.least} and {one.most}")
        return {name: int(str(value)) for name, value in params.items()}

    def loosens(self, now: Params, then: Params) -> bool:
        """Whether any parameter would let pass what is found now."""
        return any(
            then[one.name] > now[one.name] if one.looser is Looser.UP else then[one.name] < now[one.name]
            for one in self.parameters
        )
