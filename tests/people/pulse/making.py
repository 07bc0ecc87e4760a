from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from people.accounts.models import User
from people.pulse.models import PulseRound, Question
from people.pulse.services import answer, open_round
from tests.cast import person

HAPPY = dict.fromkeys(Question.values, 5)
SAD = dict.fromkeys(Question.values, 1)


def opened(people: SimpleNamespace) -> PulseRound:
    return open_round(actor=people.olivia, days=7)


def agents(count: int, prefix: str = "agent") -> list[User]:
    """So many more people of business."""
    return [person(f"{prefix}{number}", role="agent") for number in range(count)]  # type: ignore[arg-type]


def answered(pulse: PulseRound, *people: User, values: dict[int, int] = HAPPY) -> None:
    for one in people:
        answer(actor=one, pulse=pulse, values=values)


def closed(pulse: PulseRound, patch: pytest.MonkeyPatch) -> PulseRound:
    """Days later, when it is over."""
    later = pulse.closes_at + timedelta(hours=1)
    patch.setattr(timezone, "now", lambda: later)
    return pulse
