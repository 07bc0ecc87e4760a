"""Each rule of the table, with an insert that fails on it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from people.roles.models import RoleCode
from people.staffsessions.models import LONGEST, Over, StaffSession
from tests.cast import person

pytestmark = pytest.mark.django_db


def session(world: SimpleNamespace, **changed: Any) -> StaffSession:
    now = timezone.now()
    given: dict[str, Any] = {
        "person": world.adam,
        "requested_by": world.olivia,
        "ground": "staff.joins",
        "note": "Nora joins.",
        "session": uuid4(),
        "opened_at": now,
        "ends_at": now + LONGEST,
    }
    return StaffSession.objects.create(**given | changed)


@pytest.fixture
def world(people: SimpleNamespace) -> SimpleNamespace:
    people.adam = person("adam", role=RoleCode.ADMIN)
    return people


AHEAD = timezone.now() + timedelta(days=1)
WRONG: dict[str, Callable[[Any], dict[str, Any]]] = {
    "staff_session_is_short": lambda w: {"ends_at": timezone.now() + LONGEST + timedelta(seconds=5)},
    "staff_session_has_ground": lambda w: {"ground": "staff.other"},
    "staff_session_has_note": lambda w: {"note": ""},
    "staff_session_for_another": lambda w: {"requested_by": w.adam},
    "staff_session_ends_for_a_reason": lambda w: {"over": Over.ENDED},
    "staff_session_one_a_person": lambda w: {"person": w.ada},
    "staff_session_opens_now": lambda w: {"opened_at": AHEAD, "ends_at": AHEAD + LONGEST},
    "staff_session_of_administrator": lambda w: {"person": w.otto},
    "staff_session_for_the_house": lambda w: {"requested_by": w.bo},
}


@pytest.mark.parametrize("name", WRONG)
def test_the_database_refuses(world: SimpleNamespace, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        session(world, **WRONG[name](world))
    assert session(world).pk


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": timezone.now() + timedelta(minutes=1)},
        {"requested_by_id": "ming"},
        {"session": uuid4()},
        {"note": "Something else."},
    ],
    ids=["longer", "another asked", "another browser", "another note"],
)
def test_attack_rewriting_an_open_session(world: SimpleNamespace, change: dict[str, Any]) -> None:
    opened = session(world)
    change = {name: world.ming.pk if value == "ming" else value for name, value in change.items()}
    with pytest.raises(DatabaseError, match="staff_session_stays"), transaction.atomic():
        StaffSession.objects.filter(pk=opened.pk).update(**change)


def test_attack_opening_an_ended_one_again_or_deleting_it(world: SimpleNamespace) -> None:
    opened = session(world)
    StaffSession.objects.filter(pk=opened.pk).update(
        ended_at=timezone.now(), ended_by=world.olivia, over=Over.OFFICER
    )
    with pytest.raises(DatabaseError, match="staff_session_stays"), transaction.atomic():
        StaffSession.objects.filter(pk=opened.pk).update(ended_at=None, ended_by=None, over="")
    with pytest.raises(DatabaseError, match="staff_session_stays"), transaction.atomic():
        StaffSession.objects.filter(pk=opened.pk).delete()
