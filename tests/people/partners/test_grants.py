"""Whatever somebody of a firm may do by a role is theirs while the firm is in force, to the next request."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from people.accounts.models import Kind, User
from people.approvals.access import to_decide
from people.approvals.deciders import deciders
from people.approvals.models import State
from people.approvals.services import NotDecidable
from people.partners import subprocessing
from people.partners.subprocessing import Named
from people.policies.services import ask
from people.roles.access import grants_giving, has, know_permissions
from people.roles.models import RoleCode
from people.roles.permissions import Permission
from tests.cast import client_of, person
from tests.people.helpers import approve
from tests.people.partners.making import belongs, in_force, overdue, reinstating, suspended
from tests.people.policies.making import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody_acts() -> object:
    with acting_as(Origin()):
        yield


@pytest.fixture
def small(people: SimpleNamespace) -> SimpleNamespace:
    """A house with one officer, olivia; counsel is cora, who comes for a firm."""
    people.firm = in_force(people)
    otto = people.otto
    otto.is_active, otto.disabled_at = False, timezone.now()
    otto.save()
    people.cora = person("cora", kind=Kind.OUTSIDE, role=RoleCode.COUNSEL)
    belongs(people, people.cora, people.firm)
    return people


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_attack_counsel_of_a_suspended_firm_decides_on(small: SimpleNamespace) -> None:
    """Not on what was theirs to decide before, and not on their own firm's return."""
    asked = ask(actor=small.olivia, version=drafted(small), reason="as discussed")
    assert deciders(asked) == [small.cora]
    suspended(small, small.firm)
    back = reinstating(small, small.firm)
    assert small.cora not in deciders(asked)
    assert list(to_decide(_fresh(small.cora))) == []
    for request in (asked, back):
        with pytest.raises(NotDecidable):
            approve(_fresh(small.cora), request)
        request.refresh_from_db()
        assert request.state == State.PENDING


def test_attack_counsel_agrees_to_what_their_own_firm_passes_on_to(small: SimpleNamespace) -> None:
    named = Named(name="Cloud Box", does="keeps files", abroad=False)
    one = subprocessing.name_one(partner=small.firm, named=named, by=None)
    asked = subprocessing.put_forward(actor=small.olivia, subprocessor_id=one.pk, reason="known to us")
    assert list(to_decide(_fresh(small.cora))) == []
    with pytest.raises(NotDecidable):
        approve(_fresh(small.cora), asked)


def test_a_role_gives_nothing_while_the_firm_is_shut_and_everything_again_after(
    people: SimpleNamespace,
) -> None:
    """The auditor reads the log by a role; their firm's review is overdue."""
    firm, reads = in_force(people), Permission.LOG_READ
    belongs(people, people.aud, firm)
    log = reverse("compliance:log")
    browser = client_of(people.aud)
    assert browser.get(log).status_code == 200
    held = grants_giving(reads).filter(user=people.aud)
    assert held.exists()
    overdue(people, firm)
    assert browser.get(log).status_code == 404
    assert not held.exists()
    several = [_fresh(people.aud), _fresh(people.olivia)]
    know_permissions(several)
    assert [has(one, reads) for one in several] == [False, True]


def test_suspended_and_back(people: SimpleNamespace) -> None:
    firm = in_force(people)
    belongs(people, people.aud, firm)
    assert has(_fresh(people.aud), Permission.LOG_READ)
    suspended(people, firm)
    assert not has(_fresh(people.aud), Permission.LOG_READ)
    assert client_of(_fresh(people.aud)).get(reverse("compliance:log")).status_code == 404
    approve(people.olivia, reinstating(people, firm))
    assert has(_fresh(people.aud), Permission.LOG_READ)
