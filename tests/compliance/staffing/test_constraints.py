"""Each rule of the tables, with a row that fails on it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.staffing.codes import State
from people.staffing.models import Job, JobRole, ReturnItem, StaffChange, Succession

NOW = timezone.now()
Build = Callable[[Any], dict[str, Any]]


def change(world: SimpleNamespace, **changed: Any) -> StaffChange:
    given: dict[str, Any] = {
        "kind": "leave",
        "person": world.ming,
        "lead": world.lin,
        "reason": "leaves",
        "happens_at": NOW,
        "planned_by": world.olivia,
    }
    return StaffChange.objects.create(**given | changed)


@pytest.fixture
def job(world: SimpleNamespace) -> Job:
    return Job.objects.create(name_zh="岗位", name_en="Job", made_by=world.ada)


CHANGES: dict[str, Build] = {
    "staff_change_kind_known": lambda w: {"kind": "other"},
    "staff_change_has_reason": lambda w: {"reason": ""},
    "staff_change_lead_is_another": lambda w: {"lead": w.ming},
    "staff_change_not_by_oneself": lambda w: {"planned_by": w.ming},
    "staff_change_names_its_job": lambda w: {"kind": "move"},
    "staff_change_ended_has_time": lambda w: {"ended_at": NOW},
    "staff_change_acknowledged_in_a_name": lambda w: {"acknowledged_at": NOW},
    "staff_change_begins_planned": lambda w: {"state": "set"},
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_database_refuses_a_change(world: SimpleNamespace, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change(world, **CHANGES[name](world))
    assert change(world).pk


def test_one_open_change_a_person(world: SimpleNamespace) -> None:
    change(world)
    with pytest.raises(IntegrityError, match="staff_change_one_a_person"), transaction.atomic():
        change(world)


UPDATES: dict[str, dict[str, Any]] = {
    "staff_change_content_is_final": {"reason": "another"},
    "staff_change_state_moves_on": {"state": "done", "ended_at": NOW},
    "staff_change_state_known": {"state": "gone"},
}


@pytest.mark.parametrize("name", UPDATES)
def test_the_database_refuses_to_change_one(world: SimpleNamespace, name: str) -> None:
    made = change(world)
    # A state that is unknown is refused by the trigger's rule of how states follow, before its own
    # constraint.
    match = "staff_change_state_" if name == "staff_change_state_known" else name
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        StaffChange.objects.filter(pk=made.pk).update(**UPDATES[name])


def test_nobody_has_left_who_still_has_something(world: SimpleNamespace) -> None:
    rows = StaffChange.objects.filter(pk=change(world).pk)
    rows.update(state=State.SET)
    with pytest.raises(IntegrityError, match="staff_change_leaves_nothing"), transaction.atomic():
        rows.update(state=State.DONE, ended_at=NOW)
    with pytest.raises(IntegrityError, match="staff_change_stays"), transaction.atomic():
        rows.delete()


def test_a_move_is_set_with_an_approval(world: SimpleNamespace, job: Job) -> None:
    made = change(world, kind="move", job=job, roles=["agent"])
    with pytest.raises(IntegrityError, match="staff_change_"), transaction.atomic():
        StaffChange.objects.filter(pk=made.pk).update(state=State.SET)


def test_the_database_refuses_successions(world: SimpleNamespace) -> None:
    made = change(world)
    given = {"change": made, "kind": "deals", "thing": world.deal.pk, "to": world.lin, "named_by": world.otto}
    wrong = {
        "succession_kind_shape": given | {"kind": "Deals!"},
        "succession_to_another": given | {"to": world.ming},
    }
    for name, values in wrong.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Succession.objects.create(**values)
    Succession.objects.create(**given)
    with pytest.raises(IntegrityError, match="succession_once_a_thing"), transaction.atomic():
        Succession.objects.create(**given)
    StaffChange.objects.filter(pk=made.pk).update(state=State.CANCELLED, ended_at=NOW)
    with pytest.raises(IntegrityError, match="succession_is_over"), transaction.atomic():
        Succession.objects.filter(change=made).delete()


def test_the_database_refuses_things_to_return(world: SimpleNamespace) -> None:
    made = change(world)
    with pytest.raises(IntegrityError, match="return_item_named"), transaction.atomic():
        ReturnItem.objects.create(change=made, name="")
    with pytest.raises(IntegrityError, match="return_item_taken_by_somebody"), transaction.atomic():
        ReturnItem.objects.create(change=made, name="laptop", returned_at=NOW)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("job_has_names", {"name_zh": ""}),
        ("job_name_zh_once", {"name_en": "Another"}),
        ("job_name_en_once", {"name_zh": "另一个"}),
    ],
)
def test_the_database_refuses_jobs(world: SimpleNamespace, job: Job, name: str, values: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Job.objects.create(**{"name_zh": "岗位", "name_en": "Job", "made_by": world.ada} | values)


def test_a_role_is_in_a_job_once(job: Job) -> None:
    JobRole.objects.create(job=job, role_id="agent")
    with pytest.raises(IntegrityError, match="job_role_once"), transaction.atomic():
        JobRole.objects.create(job=job, role_id="agent")
