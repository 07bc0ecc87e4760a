"""The clocks of a report, as Directive (EU) 2019/1937, art. 9(1)(b) and (f), sets them.

Acknowledged within seven days; answered within three months of that, or of the end of the seven days where
nobody acknowledged it. Chinese law sets no such days for a private house, so these are the house's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from compliance.audits.due import months_later
from compliance.speakup.codes import State
from compliance.speakup.models import SpeakUpCase, SpeakUpPolicy

ACKNOWLEDGE_WITHIN = timedelta(days=7)
ANSWER_WITHIN = 3  # months
SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Clock:
    """The next day that binds, and which one it is; None once the reporter was acknowledged and answered."""

    day: date | None
    to_acknowledge: bool

    @property
    def is_overdue(self) -> bool:
        return self.day is not None and timezone.localdate() > self.day

    @property
    def is_soon(self) -> bool:
        return self.day is not None and not self.is_overdue and timezone.localdate() > self.day - SOON

    @property
    def days_left(self) -> int:
        """Negative once it is overdue."""
        return 0 if self.day is None else (self.day - timezone.localdate()).days


def clock_of(case: SpeakUpCase) -> Clock:
    if case.state == State.NEW:
        return Clock(acknowledge_by(case), to_acknowledge=True)
    if case.answered_on is None:
        return Clock(answer_by(case), to_acknowledge=False)
    return Clock(None, to_acknowledge=False)


def acknowledge_by(case: SpeakUpCase) -> date:
    return case.made_on + ACKNOWLEDGE_WITHIN


def answer_by(case: SpeakUpCase) -> date:
    return months_later(case.acknowledged_on or acknowledge_by(case), ANSWER_WITHIN)


def overdue(cases: Iterable[SpeakUpCase]) -> tuple[int, int]:
    """How many of these should have been acknowledged, and how many answered."""
    clocks = [clock_of(case) for case in cases]
    late = [clock for clock in clocks if clock.is_overdue]
    unacknowledged = sum(clock.to_acknowledge for clock in late)
    return unacknowledged, len(late) - unacknowledged


def policy() -> SpeakUpPolicy:
    """The house's, or what holds while it has set none."""
    return SpeakUpPolicy.objects.first() or SpeakUpPolicy()


def gone_on(case: SpeakUpCase, rule: SpeakUpPolicy) -> date | None:
    """The day from which a closed report is destroyed; None for an open one."""
    return None if case.closed_on is None else months_later(case.closed_on, rule.months)
