"""Changes of staff for the tests."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from people.roles.models import Role, RoleCode
from people.staffing.heirs import held_by, name_heir, settle
from people.staffing.jobs import make_job
from people.staffing.models import Job, StaffChange
from people.staffing.planning import plan_join, plan_leave, plan_move
from people.staffing.tasks import carry_out_changes
from tests.cast import person

DAY = timedelta(days=1)


def leaving(by: User, person: User, lead: User, **more: Any) -> StaffChange:
    """Planned for tomorrow; `at=None`: at once."""
    given = {"reason": "goes to another house", "at": timezone.now() + DAY} | more
    with acting_as(Origin(actor=by.pk)):
        return plan_leave(actor=by, person=person, lead=lead, **given)


def job_of(people: Any, *codes: str, **more: Any) -> Job:
    with acting_as(Origin(actor=people.ada.pk)):
        return make_job(
            actor=people.ada,
            **{"name_zh": "、".join(codes), "name_en": " and ".join(codes), "signs_anew": False} | more,
            roles=Role.objects.filter(code__in=codes),
        )


def moving(by: User, person: User, lead: User, job: Job) -> StaffChange:
    """Planned for tomorrow."""
    with acting_as(Origin(actor=by.pk)):
        return plan_move(
            actor=by, person=person, lead=lead, job=job, reason="other work", at=timezone.now() + DAY
        )


def all_to(by: User, change: StaffChange, to: User) -> None:
    """Everything that can go to `to` does; the rest to whoever can."""
    with acting_as(Origin(actor=by.pk)):
        for one in held_by(change):
            heirs = one.estate.heirs(change.person, one.thing.id)
            chosen = heirs.filter(pk=to.pk).first() or heirs.first()
            name_heir(actor=by, change=change, code=one.code, thing=one.thing.id, to=chosen)


def settled(by: User, change: StaffChange) -> ApprovalRequest | None:
    with acting_as(Origin(actor=by.pk)):
        return settle(actor=by, change=change)


def agreed(by: User, request: ApprovalRequest) -> ApprovalRequest:
    with acting_as(Origin(actor=by.pk)):
        open_preview(actor=by, request=request)
        return decide(actor=by, request=request, verdict=Verdict.APPROVE, reason="known to me")


def the_hour_comes(days: int = 2) -> int:
    """As the clock does, after that time."""
    later = timezone.now() + timedelta(days=days)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        done: int = carry_out_changes()
    return done


def left(world: SimpleNamespace, person: User, to: User) -> StaffChange:
    """Planned, named, settled and done."""
    change = leaving(world.olivia, person, to)
    all_to(world.olivia, change, to)
    settled(world.olivia, change)
    assert the_hour_comes() == 1
    change.refresh_from_db()
    return change


def moved(world: SimpleNamespace, who: User, to: User, *codes: str, **more: Any) -> StaffChange:
    """Planned, named, settled, agreed to and done."""
    change = moving(world.olivia, who, to, job_of(world, *codes, **more))
    all_to(oscar(), change, to)
    request = settled(oscar(), change)
    assert request is not None
    agreed(oscar("oda"), request)
    assert the_hour_comes() == 1
    change.refresh_from_db()
    return change


def oscar(name: str = "oscar") -> User:
    """A third officer, or a fourth."""
    found = User.objects.filter(username=name).first()
    return found or person(name, role=RoleCode.COMPLIANCE_OFFICER)


def joining(people: Any, job: Job, **more: Any) -> StaffChange:
    """Nora joins tomorrow."""
    given = {
        "username": "nora",
        "display_name": "Nora",
        "email": "nora@example.test",
        "language": "en",
        "reason": "a new colleague",
        "at": timezone.now() + DAY,
    } | more
    with acting_as(Origin(actor=people.olivia.pk)):
        return plan_join(actor=people.olivia, lead=people.lea, job=job, **given)


def join_agreed(world: Any, person: User) -> StaffChange:
    """A joining of somebody who has an account already, agreed to."""
    change = StaffChange.objects.create(
        kind="join",
        person=person,
        lead=world.lea,
        job=world.job,
        roles=["agent"],
        reason="a new colleague",
        happens_at=timezone.now() + DAY,
        planned_by=world.ada,
    )
    request = settled(world.olivia, change)
    assert request is not None
    agreed(world.otto, request)
    return change
