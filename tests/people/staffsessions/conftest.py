from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.staffsessions.models import Over, StaffSession
from tests.cast import cast, client_of
from tests.people.helpers import confirm_identity


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """The cast. ada's browser is in no staff session; she confirmed who she is a moment ago."""
    world = SimpleNamespace(**cast())
    StaffSession.objects.filter(person=world.ada).update(
        ended_at=timezone.now(), ended_by=world.ada, over=Over.ENDED
    )
    world.browser = client_of(world.ada, administers=False)
    confirm_identity(world.browser)
    return world


@pytest.fixture
def administering(world: SimpleNamespace) -> SimpleNamespace:
    """The same; ada opened a staff session at olivia's request."""
    answer = open_session(world.browser, world)
    assert answer.status_code == 302
    world.session = StaffSession.objects.get(person=world.ada, ended_at__isnull=True)
    return world


def opening(world: SimpleNamespace, **changed: object) -> dict[str, object]:
    return {
        "requested_by": str(world.olivia.pk),
        "ground": "staff.corrects",
        "note": "A name was misspelt.",
        "minutes": "15",
        **changed,
    }


def open_session(browser: Client, world: SimpleNamespace, **changed: object) -> Any:
    return browser.post(reverse("people:staff_session_open"), opening(world, **changed))
