"""Outside counsel: the second person of a small house, and of no other (M11)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.accounts.models import Kind, User
from people.accounts.system import SYSTEM_ID
from people.approvals.access import to_decide
from people.approvals.deciders import deciders
from people.approvals.models import ApprovalRequest, State, Verdict
from people.approvals.services import NotDecidable, decide, open_preview
from people.policies.models import PolicyVersion
from people.policies.services import ask
from people.roles.models import GrantState, RoleCode, RoleGrant
from people.roles.services import NotGrantable, grant_role
from tests.cast import client_of, person
from tests.people.helpers import approve, asked_for, confirm_identity
from tests.people.policies.making import drafted
from vault.records.reveals.approvals import RevealOnce

pytestmark = pytest.mark.django_db


@pytest.fixture
def counsel(people: SimpleNamespace) -> User:
    return person("cora", kind=Kind.OUTSIDE, role=RoleCode.COUNSEL)


def _small(people: SimpleNamespace) -> None:
    """The house is left with one officer, olivia."""
    otto = people.otto
    otto.is_active, otto.disabled_at = False, timezone.now()
    otto.save()


def _policy(people: SimpleNamespace) -> tuple[PolicyVersion, ApprovalRequest]:
    """Olivia has written a policy and wants it in force."""
    version = drafted(people)
    with acting_as(Origin(actor=people.olivia.pk)):
        return version, ask(actor=people.olivia, version=version, reason="as discussed")


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_where_the_house_has_nobody_left_counsel_decides(people: SimpleNamespace, counsel: User) -> None:
    _small(people)
    version, asked = _policy(people)
    assert [one.pk for one in to_decide(_fresh(counsel))] == [asked.pk]
    assert deciders(asked) == [counsel]  # told, too
    browser = client_of(counsel)
    confirm_identity(browser)
    assert "Bring a policy into force" in browser.get(reverse("people:approvals")).content.decode()
    assert browser.get(reverse("people:approval", args=[asked.pk])).status_code == 200
    browser.post(
        reverse("people:approval_decide", args=[asked.pk]),
        {"verdict": "approve", "reason": "read and found right"},
    )
    version.refresh_from_db()
    asked.refresh_from_db()
    assert (asked.state, version.agreed_by) == (State.CARRIED_OUT, counsel)
    entry = LogEntry.objects.using("default").get(action=Action.APPROVAL_APPROVE, object_id=asked.pk)
    assert entry.actor == counsel.pk
    page = client_of(people.olivia).get(reverse("people:approval", args=[asked.pk])).content.decode()
    assert "From outside" in page


def test_attack_around_a_colleague(people: SimpleNamespace, counsel: User) -> None:
    """Otto could decide: no friend outside does."""
    _version, asked = _policy(people)
    assert list(to_decide(_fresh(counsel))) == []
    assert deciders(asked) == [people.otto]
    browser = client_of(counsel)
    assert browser.get(reverse("people:approval", args=[asked.pk])).status_code == 404
    with acting_as(Origin(actor=counsel.pk)), pytest.raises(NotDecidable):
        decide(actor=counsel, request=asked, verdict=Verdict.APPROVE, reason="a favour")


def test_it_is_over_by_the_next_request_once_there_is_a_colleague(
    people: SimpleNamespace, counsel: User
) -> None:
    _small(people)
    _version, asked = _policy(people)
    with acting_as(Origin(actor=counsel.pk)):
        open_preview(actor=counsel, request=asked)
    otto = _fresh(people.otto)
    otto.is_active, otto.disabled_at = True, None
    otto.save()
    with acting_as(Origin(actor=counsel.pk)), pytest.raises(NotDecidable):
        decide(actor=_fresh(counsel), request=asked, verdict=Verdict.APPROVE, reason="opened before")
    asked.refresh_from_db()
    assert asked.state == State.PENDING


def test_what_shows_clients_is_for_the_house_alone(people: SimpleNamespace, counsel: User) -> None:
    assert not RevealOnce.for_counsel
    browser = client_of(counsel)
    for address in ("/log/", "/people/", "/clients/", "/approvals/pace/", "/compliance/"):
        assert browser.get(address).status_code == 404, address


def test_an_ended_role_decides_nothing(people: SimpleNamespace, counsel: User) -> None:
    _small(people)
    _version, asked = _policy(people)
    RoleGrant.objects.filter(user=counsel).update(state=GrantState.REVOKED, ended_at=timezone.now())
    assert list(to_decide(_fresh(counsel))) == []
    assert client_of(counsel).get(reverse("people:approval", args=[asked.pk])).status_code == 404


def test_others_from_outside_have_no_inbox(people: SimpleNamespace) -> None:
    for user in (people.bo, people.aud):
        assert client_of(user).get(reverse("people:approvals")).status_code == 404


def test_given_by_an_administrator_confirmed_by_an_officer_and_only_for_a_time(
    people: SimpleNamespace,
) -> None:
    given = {"actor": people.ada, "role": RoleCode.COUNSEL, "reason": "our law firm"}
    until = timezone.now() + timedelta(days=90)
    with acting_as(Origin(actor=people.ada.pk)):
        with pytest.raises(NotGrantable, match="到期日"):
            grant_role(person=people.sam, **given)
        with pytest.raises(NotGrantable, match="机构以外"):
            grant_role(person=people.ming, valid_until=until, **given)
        grant = grant_role(person=people.sam, valid_until=until, **given)
    assert grant.state == GrantState.PENDING
    with acting_as(Origin(actor=people.olivia.pk)):
        approve(people.olivia, asked_for(grant))
    grant.refresh_from_db()
    assert grant.state == GrantState.ACTIVE
    answer = client_of(people.sam).get(reverse("people:approvals"))
    assert answer["Location"] == reverse("people:factor_app")  # not by a password alone


@pytest.mark.parametrize(
    ("who", "ends", "named"), [("ming", True, "grant_fits_kind"), ("sam", False, "grant_counsel_ends")]
)
def test_the_database_refuses(people: SimpleNamespace, who: str, ends: bool, named: str) -> None:
    until = timezone.now() + timedelta(days=30) if ends else None
    row = RoleGrant(
        user=getattr(people, who),
        role_id=RoleCode.COUNSEL,
        state=GrantState.ACTIVE,
        granted_by_id=SYSTEM_ID,
        valid_until=until,
    )
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        row.save()


def test_nobody_who_is_signed_in_by_a_password_alone(people: SimpleNamespace, counsel: User) -> None:
    browser = Client()
    browser.force_login(counsel)
    assert browser.get(reverse("people:approvals")).status_code == 302
