"""Beginning a preview as the page does, and what is asked of one."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from deals.models import Deal, RoomPreview
from deals.previews.models import LASTS
from deals.rooms.sight import Sight
from people.accounts.models import User
from tests.cast import client_of


def begin(browser: Client, deal: Deal, person: User) -> Any:
    return browser.post(reverse("deals:preview", args=[deal.pk]), {"person": str(person.pk)})


def begun(world: Any, viewer: User, person: User) -> Client:
    """A browser of the viewer in which a preview as the person has begun."""
    browser = client_of(viewer)
    answer = begin(browser, world.deal, person)
    assert (answer.status_code, answer["Location"]) == (302, at(world, "room"))
    return browser


def at(world: Any, name: str, *args: Any) -> str:
    return reverse(f"deals:{name}", args=[world.deal.pk, *args])


def entries_of(answer: Any) -> list[LogEntry]:
    return list(LogEntry.objects.filter(request=answer["X-Request-ID"]).order_by("at", "id"))


def ended(world: Any) -> str:
    """How the preview ended that ended last, as its row says."""
    return RoomPreview.objects.filter(ended_at__isnull=False).latest("ended_at").over


def sight(world: Any, viewer: User, person: User) -> Sight:
    """For asking the gate itself."""
    return Sight(viewer, person, world.deal.pk, timezone.now() + LASTS)
