"""Taking from a protected reporter by way of their role, changed or retired, waits as taking it does."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from compliance.speakup.access import PROTECTED_ACT
from people.approvals.models import ApprovalRequest, State
from people.roles.composing.models import RoleChange
from people.roles.composing.services import NotComposable, retire
from people.roles.models import GrantState, Role
from people.roles.permissions import Permission
from tests.cast import person
from tests.compliance.speakup import making
from tests.people.helpers import approve
from tests.people.roles.making import LOOKS, ask, composed, give
from tests.vault.records.makers import acting

pytestmark = pytest.mark.django_db
Takes = Callable[[SimpleNamespace, Role], object]

TAKING: dict[str, Takes] = {
    "a permission": lambda people, role: ask(people.ada, LOOKS[:1], role=role),
    "a level": lambda people, role: ask(people.ada, LOOKS, role=role, up_to_grade=2),
    "stages": lambda people, role: ask(people.ada, LOOKS, role=role, stages=[6]),
    "the role": lambda people, role: retire(actor=people.ada, role=role),
}


@pytest.mark.parametrize("what", TAKING)
def test_attack_taking_it_by_way_of_the_role(people: SimpleNamespace, what: str) -> None:
    role, nora = composed(people), person("nora")
    give(people, role, nora)
    case, _code = making.reported()
    making.protected(case, nora, people.olivia)
    before = RoleChange.objects.count()
    with acting(people.ada), pytest.raises(NotComposable):
        TAKING[what](people, role)
    assert RoleChange.objects.count() == before
    assert making.grant_of(nora).state == GrantState.ACTIVE
    waiting = ApprovalRequest.objects.get(action=PROTECTED_ACT)
    with acting(people.otto):
        assert approve(people.otto, waiting).state == State.CARRIED_OUT
    assert not nora.grants.filter(state=GrantState.ACTIVE).exists()


def test_giving_more_does_not_wait(people: SimpleNamespace) -> None:
    role, nora = composed(people), person("nora")
    give(people, role, nora)
    case, _code = making.reported()
    making.protected(case, nora, people.olivia)
    _change, asked = ask(people.ada, [*LOOKS, Permission.CLIENT_REVEAL], role=role)
    assert asked.state == State.PENDING
    assert not ApprovalRequest.objects.filter(action=PROTECTED_ACT).exists()
