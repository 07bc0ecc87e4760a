"""Giving roles: nobody lifts themselves, no administrator makes a puppet, no officer confirms their own."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actions import Action
from audit.refusals import Refused
from people.accounts.services import disable_person
from people.approvals.models import State
from people.approvals.services import NotDecidable, open_preview, withdraw
from people.roles.access import has
from people.roles.models import GrantState, RoleCode, RoleGrant
from people.roles.permissions import Permission
from people.roles.services import NotGrantable, grant_role, revoke_role
from tests.cast import hold, person
from tests.people.helpers import approve, asked_for, logged, refuse

pytestmark = pytest.mark.django_db


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def test_a_role_that_opens_data_waits_for_an_officer(people: SimpleNamespace) -> None:
    grant = grant_role(
        actor=people.ada, person=people.lin, role=RoleCode.DEAL_LEAD, reason="leads from now on"
    )
    assert grant.state == GrantState.PENDING
    assert not has(fresh(people.lin), Permission.DEAL_LEAD)

    assert approve(people.olivia, asked_for(grant)).state == State.CARRIED_OUT
    grant.refresh_from_db()
    assert (grant.state, grant.confirmed_by) == (GrantState.ACTIVE, people.olivia)
    assert has(fresh(people.lin), Permission.DEAL_LEAD)
    assert logged(Action.ROLE_CONFIRM, grant.pk) == 1


def test_an_administrators_role_opens_nothing_and_is_in_force_at_once(people: SimpleNamespace) -> None:
    newcomer = person("nora")
    grant = grant_role(actor=people.ada, person=newcomer, role=RoleCode.ADMIN, reason="holiday cover")
    assert grant.state == GrantState.ACTIVE
    assert has(newcomer, Permission.PEOPLE_MANAGE)
    assert not any(has(newcomer, permission) for permission in Permission if permission.opens_data)


def test_a_refusal_ends_the_grant(people: SimpleNamespace) -> None:
    grant = grant_role(
        actor=people.ada, person=people.lin, role=RoleCode.DEAL_LEAD, reason="leads from now on"
    )
    assert refuse(people.otto, asked_for(grant)).state == State.REFUSED
    grant.refresh_from_db()
    assert grant.state == GrantState.REFUSED
    assert grant.ended_at is not None


def test_a_withdrawn_request_ends_the_grant(people: SimpleNamespace) -> None:
    grant = grant_role(
        actor=people.ada, person=people.lin, role=RoleCode.DEAL_LEAD, reason="leads from now on"
    )
    withdraw(actor=people.ada, request=asked_for(grant))
    grant.refresh_from_db()
    assert grant.state == GrantState.REFUSED


def test_nobody_gives_a_role_to_themselves(people: SimpleNamespace) -> None:
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=people.ada, role=RoleCode.AGENT, reason="for me")


@pytest.mark.parametrize("name", ["olivia", "ming", "lea", "bo", "aud"])
def test_only_administrators_give_and_take_roles(people: SimpleNamespace, name: str) -> None:
    somebody = getattr(people, name)
    with pytest.raises(Refused):
        grant_role(actor=somebody, person=people.lin, role=RoleCode.DEAL_LEAD, reason="why not")
    with pytest.raises(Refused):
        revoke_role(actor=somebody, grant=RoleGrant.objects.get(user=people.lin))


def test_a_puppet_officer_does_not_confirm_a_puppet_agent(people: SimpleNamespace) -> None:
    """An administrator who makes an officer of their own gets no further: that role opens data too."""
    puppet, agent = person("puppet"), person("agent")
    officer = grant_role(
        actor=people.ada, person=puppet, role=RoleCode.COMPLIANCE_OFFICER, reason="second officer"
    )
    wanted = grant_role(actor=people.ada, person=agent, role=RoleCode.AGENT, reason="new colleague")
    assert officer.state == GrantState.PENDING
    with pytest.raises(NotDecidable):
        approve(fresh(puppet), asked_for(wanted))
    with pytest.raises(NotDecidable):
        approve(people.ada, asked_for(wanted))
    assert not has(fresh(agent), Permission.CLIENT_VIEW)


def test_an_officer_does_not_confirm_their_own_role(people: SimpleNamespace) -> None:
    grant = grant_role(actor=people.ada, person=people.olivia, role=RoleCode.DEAL_LEAD, reason="small office")
    with pytest.raises(NotDecidable):
        approve(people.olivia, asked_for(grant))
    assert approve(people.otto, asked_for(grant)).state == State.CARRIED_OUT


def test_an_officer_whose_role_has_expired_confirms_nothing(people: SimpleNamespace) -> None:
    former = person("former")
    RoleGrant.objects.create(
        user=former,
        role_id=RoleCode.COMPLIANCE_OFFICER,
        state=GrantState.ACTIVE,
        granted_by_id="00000000-0000-4000-8000-000000000001",
        created_at=timezone.now() - timedelta(days=2),
        valid_until=timezone.now() - timedelta(days=1),
    )
    grant = grant_role(
        actor=people.ada, person=people.lin, role=RoleCode.DEAL_LEAD, reason="leads from now on"
    )
    with pytest.raises(NotDecidable):
        approve(former, asked_for(grant))


def test_changing_the_address_after_the_request_makes_it_void(people: SimpleNamespace) -> None:
    """Whoever reads the mailbox gets the account: the officer agreed to the address they saw."""
    agent = person("agent")
    grant = grant_role(actor=people.ada, person=agent, role=RoleCode.AGENT, reason="new colleague")
    request = asked_for(grant)
    assert open_preview(actor=people.olivia, request=request) is not None
    agent.email = "ada-private@example.test"
    agent.save()
    assert open_preview(actor=people.olivia, request=request) is None
    request.refresh_from_db()
    grant.refresh_from_db()
    assert (request.state, grant.state) == (State.VOID, GrantState.REFUSED)


@pytest.mark.parametrize(
    ("holder", "role"), [("ming", RoleCode.ADMIN), ("olivia", RoleCode.ADMIN), ("root", RoleCode.AGENT)]
)
def test_nobody_is_administrator_and_something_else(
    people: SimpleNamespace, holder: str, role: RoleCode
) -> None:
    people.root = person("root", role=RoleCode.ADMIN)
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=getattr(people, holder), role=role, reason="both")


def test_outside_people_hold_no_office_role(people: SimpleNamespace) -> None:
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=people.bo, role=RoleCode.AGENT, reason="helps out")


def test_an_auditor_needs_an_end_date(people: SimpleNamespace) -> None:
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=people.ben, role=RoleCode.AUDITOR, reason="yearly audit")
    until = timezone.now() + timedelta(days=14)
    grant = grant_role(
        actor=people.ada, person=people.ben, role=RoleCode.AUDITOR, reason="yearly audit", valid_until=until
    )
    assert grant.state == GrantState.PENDING


def test_a_role_is_not_given_twice_nor_to_a_disabled_account(people: SimpleNamespace) -> None:
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=people.ming, role=RoleCode.AGENT, reason="again")
    disable_person(actor=people.ada, person=people.lin)
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=people.lin, role=RoleCode.DEAL_LEAD, reason="later")


def test_a_reason_with_client_data_changes_nothing(people: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        grant_role(actor=people.ada, person=people.lin, role=RoleCode.DEAL_LEAD, reason="call 138 0013 8000")


def test_a_revoked_role_is_gone_by_the_next_request(people: SimpleNamespace) -> None:
    grant = RoleGrant.objects.get(user=people.ming)
    assert has(people.ming, Permission.CLIENT_VIEW)
    revoke_role(actor=people.ada, grant=grant)
    assert not has(fresh(people.ming), Permission.CLIENT_VIEW)
    with pytest.raises(NotGrantable):
        revoke_role(actor=people.ada, grant=grant)


def test_the_last_officer_stays(people: SimpleNamespace) -> None:
    """Otherwise an administrator could remove the officers and have the first-officer link printed anew."""
    revoke_role(actor=people.ada, grant=RoleGrant.objects.get(user=people.otto))
    with pytest.raises(NotGrantable):
        revoke_role(actor=people.ada, grant=RoleGrant.objects.get(user=people.olivia))
    with pytest.raises(NotGrantable):
        disable_person(actor=people.ada, person=people.olivia)


def test_nobody_takes_their_own_role(people: SimpleNamespace) -> None:
    with pytest.raises(NotGrantable):
        revoke_role(actor=people.ada, grant=RoleGrant.objects.get(user=people.ada))


def test_one_query_a_user_object(people: SimpleNamespace, django_assert_num_queries) -> None:
    hold(people.ming, RoleCode.DEAL_LEAD)
    user = fresh(people.ming)
    with django_assert_num_queries(1):
        assert has(user, Permission.DEAL_LEAD)
        assert has(user, Permission.CLIENT_VIEW)
        assert not has(user, Permission.LOG_READ)
