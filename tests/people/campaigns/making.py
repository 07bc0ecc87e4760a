from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from people.campaigns.models import Campaign, CampaignKind


def campaign(people: SimpleNamespace, **changed: Any) -> Campaign:
    """A poster for all staff that runs now."""
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "kind": CampaignKind.POSTER,
        "title_zh": "离座锁屏",
        "title_en": "Lock your screen",
        "text_zh": "离开座位时锁定屏幕。",
        "text_en": "Lock your screen when you leave your desk.",
        "starts_on": today - timedelta(days=1),
        "ends_on": today + timedelta(days=9),
        "made_by": people.olivia,
    }
    return Campaign.objects.create(**facts | changed)


def lecture(people: SimpleNamespace, **changed: Any) -> Campaign:
    return campaign(people, kind=CampaignKind.LECTURE, word="Sealed", **changed)
