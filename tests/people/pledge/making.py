"""A pledge that is open, as tests need it."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from django.utils import timezone

from people.accounts.models import User
from people.pledge.models import PledgeRound
from people.pledge.services import hash_of
from people.pledge.texts import FIRST_EN, FIRST_ZH


def opened(people: SimpleNamespace, *, due_at: datetime | None = None) -> PledgeRound:
    """This year's, of people who have been with the house for a year."""
    long_ago = timezone.now() - timedelta(days=365)
    User.objects.update(created_at=long_ago)
    return PledgeRound.objects.create(
        year=timezone.localdate().year,
        text_zh=FIRST_ZH,
        text_en=FIRST_EN,
        text_hash=hash_of(FIRST_ZH, FIRST_EN),
        opened_by=people.olivia,
        opened_at=long_ago,
        due_at=due_at or timezone.now() + timedelta(days=7),
    )


def overdue(people: SimpleNamespace) -> PledgeRound:
    return opened(people, due_at=timezone.now() - timedelta(days=1))


def form(pledge: PledgeRound, **changed: str) -> dict[str, str]:
    return {"text": bytes(pledge.text_hash).hex(), "typed_name": "Ming Agent", "agreed": "on", **changed}
