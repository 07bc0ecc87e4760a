"""What a measure is: a question that the system answers from its own records, for a period, exactly."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise

from audit.entry import canonical
from compliance.audits.codes import Area

NEVER = 9999  # days since something that has not happened


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the house, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """The moment after the last day."""
        return _midnight(self.last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Answer:
    """`figures`: name → whole number, in order; `ids`: what speaks against, so that the digest fixes it."""

    figures: Mapping[str, int]
    passed: bool
    ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One question. A `strict` one that fails is never judged as conforming."""

    code: str
    area: Area
    label: str | Promise
    figures: Mapping[str, str | Promise]
    take: Callable[[Period], Answer]
    strict: bool = False

    def measured(self, period: Period) -> "Measured":
        answer = self.take(period)
        return Measured(dict(answer.figures), answer.passed, _digest(self.code, period, answer))


@dataclass(frozen=True, slots=True)
class Measured:
    """An answer as it is kept. `digest`: SHA-256 over the canonical JSON of code, period, figures, verdict
    and the SHA-256 of the ids that speak against, sorted: the same records give the same digest."""

    figures: dict[str, int]
    passed: bool
    digest: bytes


def _digest(code: str, period: Period, answer: Answer) -> bytes:
    said = {
        "code": code,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "figures": dict(answer.figures),
        "passed": answer.passed,
        "ids": ids_digest(answer.ids),
    }
    return sha256(canonical(said)).digest()


def ids_digest(ids: Iterable[UUID]) -> str:
    """SHA-256, in hexadecimal, over the ids in their order, 16 bytes each."""
    return sha256(b"".join(one.bytes for one in sorted(ids))).hexdigest()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))
