"""Somebody joins: invited by two, and nothing opens before what is owed is done."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.origin import Origin, acting_as
from people.accounts.models import OneTimeLink, User
from people.policies.access import asked_of
from people.policies.services import accept
from people.roles.access import permissions_of
from people.roles.models import RoleGrant
from people.staffing.checklist import checklist
from people.staffing.codes import State
from people.staffing.models import StaffChange
from people.staffing.planning import call_off
from people.staffing.today import due
from people.training.records import Certificate, Enrolment
from tests.cast import client_of, signed, with_app
from tests.compliance.staffing.making import agreed, job_of, joining, settled, the_hour_comes
from tests.people.helpers import refuse
from tests.people.policies.making import in_force
from tests.people.training.making import course, passed


def open_steps(change: StaffChange) -> list[str]:
    change.person = User.objects.get(pk=change.person_id)
    return [step.code.partition("-")[0] for step in checklist(change) if not step.done]


def test_from_the_request_to_the_first_day(world: SimpleNamespace) -> None:
    in_force(world)
    track = course(world)
    change = joining(world, job_of(world, "agent"))
    nora = User.objects.get(username="nora")
    invited = OneTimeLink.objects.filter(person=nora)
    assert not invited.exists()
    request = settled(world.olivia, change)
    assert request is not None
    agreed(world.otto, request)
    assert invited.count() == 1
    assert Enrolment.objects.filter(person=nora, track=track).count() == 1
    assert open_steps(change) == ["password", "factor", "undertaking", "policies", "course"]
    assert the_hour_comes() == 0
    nora.set_password("a long pass phrase of nora")
    nora.save()
    with_app(nora)
    signed(nora)
    assert open_steps(change) == ["policies", "course"]
    assert next(item.count for item in due(nora) if item.url == reverse("people:joining")) == 2
    page = client_of(nora).get(reverse("people:joining"))
    assert [step.done for step in page.context["steps"]] == [True, True, True, False, False]
    with acting_as(Origin(actor=nora.pk)):
        for owed in asked_of(nora):
            text_hash = bytes(owed.version.text_hash)
            accept(actor=nora, version=owed.version, text_hash=text_hash, language="en")
    assert the_hour_comes() == 0
    assert not permissions_of(User.objects.get(pk=nora.pk))
    passed(nora, track)
    assert Certificate.objects.filter(person=nora).exists()
    assert open_steps(change) == []
    assert the_hour_comes(0) == 0  # not before the hour either
    assert the_hour_comes() == 1
    assert "client.view" in permissions_of(User.objects.get(pk=nora.pk))
    grant = RoleGrant.objects.get(user=nora)
    assert (grant.granted_by, grant.confirmed_by) == (world.olivia, world.otto)


@pytest.mark.parametrize("way", ["refused", "called off"])
def test_who_does_not_join_after_all_has_no_account(world: SimpleNamespace, way: str) -> None:
    change = joining(world, job_of(world, "agent"))
    request = settled(world.olivia, change)
    assert request is not None
    if way == "refused":
        with acting_as(Origin(actor=world.otto.pk)):
            refuse(world.otto, request)
    else:
        with acting_as(Origin(actor=world.olivia.pk)):
            call_off(actor=world.olivia, change=change)
    change.refresh_from_db()
    assert change.state == State.CANCELLED
    nora = User.objects.get(username="nora")
    assert not nora.is_active
    assert not OneTimeLink.objects.filter(person=nora).exists()
