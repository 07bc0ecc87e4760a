"""Somebody changes jobs: the old ends as the new begins, and what is left is exactly a fresh joiner's."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from deals.pipeline.access import which_deals
from deals.rooms.everybody import rooms_open_to
from people.accounts.models import User
from people.approvals.models import Verdict
from people.approvals.services import NotDecidable, decide, open_preview
from people.duties.access import nda_valid
from people.roles.access import grants_in_force, held_by, permissions_of
from people.roles.models import GrantState, RoleCode, RoleGrant
from people.staffing.approval import ChangeJob
from people.staffing.codes import State
from people.staffing.errors import NotNow
from people.staffing.models import StaffChange
from tests.cast import client_of, hold, person, signed
from tests.compliance.staffing.making import (
    DAY,
    agreed,
    all_to,
    job_of,
    moved,
    moving,
    oscar,
    settled,
    the_hour_comes,
)
from tests.people.helpers import confirm_identity
from vault.records.access import which_books, which_clients


def reach(who: User) -> dict[str, object]:
    """What the gates of all layers open to somebody."""
    fresh = User.objects.get(pk=who.pk)
    return {
        "held": {code: len(limits) for code, limits in held_by(fresh).items()},
        "deals": set(which_deals(fresh)),
        "rooms": set(rooms_open_to(fresh)),
        "books": set(which_books(fresh)),
        "clients": set(which_clients(fresh)),
        "undertaking": nda_valid(fresh, None),
    }


@pytest.mark.parametrize(
    ("name", "codes"),
    [("ming", ("deal_lead",)), ("ming", ("compliance_officer",)), ("ming", ("admin",)), ("otto", ("agent",))],
)
def test_the_reach_is_exactly_that_of_a_fresh_joiner(
    world: SimpleNamespace, name: str, codes: tuple[str, ...]
) -> None:
    who = getattr(world, name)
    change = moved(world, who, world.lin, *codes)
    assert change.state == State.DONE
    fresh = person("fresh")
    signed(fresh)
    for code in codes:
        hold(fresh, RoleCode(code))
    assert reach(who) == reach(fresh)


def test_never_a_moment_with_both(world: SimpleNamespace) -> None:
    """Looked at before each statement of the transaction, as anybody in it would see it."""
    change = moving(world.olivia, world.ming, world.lin, job_of(world, "compliance_officer"))
    all_to(world.otto, change, world.lin)
    request = settled(world.otto, change)
    assert request is not None
    agreed(oscar(), request)
    seen: list[set[str]] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if sql.startswith(("UPDATE", "INSERT")):
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(
                    "select role_id from people_rolegrant"
                    " where user_id = %s and state in ('pending', 'active')",
                    [world.ming.pk],
                )
                seen.append({code for (code,) in cursor.fetchall()})
        return answer

    with connection.execute_wrapper(look):
        assert the_hour_comes() == 1
    assert {"agent"} in seen
    assert {"compliance_officer"} in seen
    assert {"agent", "compliance_officer"} not in seen


def test_nothing_changes_before_an_officer_agrees_nor_before_the_hour(world: SimpleNamespace) -> None:
    before = reach(world.ming)
    change = moving(world.olivia, world.ming, world.lin, job_of(world, "compliance_officer"))
    with pytest.raises(NotNow, match="without an owner"):
        settled(world.otto, change)
    all_to(world.otto, change, world.lin)
    request = settled(world.otto, change)
    assert request is not None
    assert the_hour_comes() == 0
    agreed(oscar(), request)
    assert the_hour_comes(0) == 0
    assert reach(world.ming) == before


def test_the_preview_says_exactly_what_opens_and_closes(world: SimpleNamespace) -> None:
    change = moving(world.olivia, world.ming, world.lin, job_of(world, "deal_lead"))
    all_to(world.otto, change, world.lin)
    kind, params = ChangeJob(), {"change": str(change.pk)}
    preview = kind.preview(params)
    assert preview.facts["gained"] == ["deal.lead", "export.approve"]
    assert preview.facts["lost"] == []
    counts = {str(label): number for label, number in preview.counts}
    assert (counts["Deals"], counts["Data rooms"], counts["Client books"]) == (1, 1, 1)
    hold(world.ming, RoleCode.DEAL_LEAD)
    assert not kind.still_valid(params, preview.digest)


def test_attack_nobody_agrees_to_what_is_theirs(world: SimpleNamespace) -> None:
    """Neither who comes to the job, nor who planned it, nor who asked."""
    third = oscar()
    change = moving(world.olivia, world.otto, world.lin, job_of(world, "agent"))
    request = settled(third, change)
    assert request is not None
    for name in (world.otto, world.olivia, third):
        with acting_as(Origin(actor=name.pk)):
            open_preview(actor=name, request=request)
            with pytest.raises(NotDecidable):
                decide(actor=name, request=request, verdict=Verdict.APPROVE, reason="mine")


def test_a_job_can_ask_for_the_undertaking_anew(world: SimpleNamespace) -> None:
    moved(world, world.ming, world.lin, "deal_lead", signs_anew=True)
    assert not nda_valid(world.ming, None)
    assert permissions_of(User.objects.get(pk=world.ming.pk))


def test_another_set_of_the_job_changes_nothing_that_was_agreed_to(world: SimpleNamespace) -> None:
    job = job_of(world, "deal_lead")
    change = moving(world.olivia, world.ming, world.lin, job)
    all_to(world.otto, change, world.lin)
    request = settled(world.otto, change)
    assert request is not None
    agreed(oscar(), request)
    job.job_roles.all().delete()
    assert the_hour_comes() == 1
    codes = grants_in_force().filter(user=world.ming).values_list("role_id", flat=True)
    assert list(codes) == ["deal_lead"]


def test_the_database_lets_no_change_be_done_that_is_not(world: SimpleNamespace) -> None:
    change = moving(world.olivia, world.ming, world.lin, job_of(world, "compliance_officer"))
    all_to(world.otto, change, world.lin)
    request = settled(world.otto, change)
    assert request is not None
    rows = StaffChange.objects.filter(pk=change.pk)
    with pytest.raises(IntegrityError, match="staff_change_agreed_by_approval"), transaction.atomic():
        rows.update(state=State.SET, approval=request)
    agreed(oscar(), request)
    with pytest.raises(IntegrityError, match="exactly_the_job"), transaction.atomic():
        rows.update(state=State.DONE, ended_at=timezone.now())
    RoleGrant.objects.create(
        user=world.lin, role_id="deal_lead", state=GrantState.PENDING, granted_by=world.ada
    )


def test_a_job_of_an_administrator_has_no_other_role(world: SimpleNamespace) -> None:
    with pytest.raises(NotNow, match="something else"):
        job_of(world, "admin", "agent")


def test_the_pages_lead_through_it(world: SimpleNamespace) -> None:
    job = job_of(world, "deal_lead")
    browser = client_of(world.olivia)
    confirm_identity(browser)
    typed = {
        "job": job.pk,
        "lead": world.lin.pk,
        "hour": (timezone.localtime() + DAY).strftime("%Y-%m-%dT%H:%M"),
        "reason": "other work",
    }
    answer = browser.post(reverse("people:move", args=[world.ming.pk]), typed)
    change = StaffChange.objects.get()
    assert answer["Location"] == reverse("people:staff_change", args=[change.pk])
    page = browser.get(answer["Location"])
    assert page.status_code == 200
    for _label, rows in page.context["groups"]:
        for one, _form in rows:
            heir = one.estate.heirs(change.person, one.thing.id).first()
            sent = {"thing": one.key, "to": heir.pk}
            assert browser.post(reverse("people:staff_heir", args=[change.pk]), sent).status_code == 302
    browser.post(reverse("people:staff_settle", args=[change.pk]))
    assert browser.get(answer["Location"]).context["asked"] is not None
    assert LogEntry.objects.filter(action=Action.STAFFING_VIEW, object_id=change.pk).exists()
