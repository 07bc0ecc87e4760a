"""Roles that the house composes: asked for, confirmed, given, changed, retired."""

from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from audit.actions import Action
from audit.refusals import Refused
from people.approvals.models import State
from people.approvals.services import open_preview
from people.roles.access import has
from people.roles.builtin import ensure_builtin_roles
from people.roles.composing.models import ChangeState, RoleChange
from people.roles.composing.services import NotComposable, proposed, retire
from people.roles.models import HOUSE, GrantState, Role, RoleGrant
from people.roles.permissions import Duty, Permission
from people.roles.services import NotGrantable, grant_role, revoke_role
from people.roles.sets import set_of
from tests.cast import person
from tests.people.helpers import approve, asked_for, logged, refuse
from tests.people.roles.making import LOOKS, ask, composed, give

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def test_it_comes_into_being_with_an_officers_word(people: SimpleNamespace) -> None:
    change, asked = ask(people.ada)
    assert not Role.objects.filter(code=change.code).exists()
    assert logged(Action.ROLE_COMPOSE, change.role_id) == 1
    assert approve(people.olivia, asked).state == State.CARRIED_OUT
    role = Role.objects.get(code=change.code)
    assert (role.duty, role.opens_data) == (Duty.BUSINESS, True)
    assert set_of(role.code) == set(LOOKS)
    assert logged(Action.ROLE_CHANGE, role.id) == 1
    with override("zh-hans"):
        assert str(role) == "助理"
    with override("en"):
        assert str(role) == "Assistant"


def test_what_is_refused_never_was(people: SimpleNamespace) -> None:
    change, asked = ask(people.ada)
    assert refuse(people.olivia, asked).state == State.REFUSED
    assert not Role.objects.filter(code=change.code).exists()
    assert RoleChange.objects.get(pk=change.pk).state == ChangeState.REFUSED


def test_its_holder_can_do_what_it_says_and_no_more(people: SimpleNamespace) -> None:
    role, nora = composed(people), person("nora")
    grant = grant_role(actor=people.ada, person=nora, role=role.code, reason="a new desk")
    assert not has(fresh(nora), Permission.CLIENT_VIEW)  # what opens data waits for an officer here too
    approve(people.otto, asked_for(grant))
    assert has(fresh(nora), Permission.CLIENT_VIEW)
    assert not has(fresh(nora), Permission.CLIENT_REVEAL)


def test_a_change_counts_for_its_holders_by_the_next_request(people: SimpleNamespace) -> None:
    role, nora = composed(people), person("nora")
    give(people, role, nora)
    wanted = [Permission.CLIENT_VIEW, Permission.CLIENT_REVEAL]
    _change, asked = ask(people.ada, wanted, role=role)
    preview = open_preview(actor=people.olivia, request=asked)
    assert preview is not None
    counts = {str(label): number for label, number in preview.counts}
    assert (counts["Permissions gained"], counts["Permissions lost"], counts["People who hold it"]) == (
        1,
        1,
        1,
    )
    assert any("Nora" in str(line) for line in preview.lines)
    assert [row[1] for row in preview.rows] == ["comes in", "goes out", "stays"]
    assert not has(fresh(nora), Permission.CLIENT_REVEAL)
    approve(people.olivia, asked)
    assert has(fresh(nora), Permission.CLIENT_REVEAL)
    assert not has(fresh(nora), Permission.CLIENT_SEARCH)


def test_the_built_in_roles_survive_and_so_do_the_composed(people: SimpleNamespace) -> None:
    role = composed(people)
    ensure_builtin_roles()
    assert set_of(role.code) == set(LOOKS)


def test_retiring_ends_its_grants_for_good(people: SimpleNamespace) -> None:
    role, nora = composed(people), person("nora")
    grant = give(people, role, nora)
    waiting = grant_role(actor=people.ada, person=people.lea, role=role.code, reason="helps out")
    retire(actor=people.ada, role=role)
    for one in (grant, waiting):
        one.refresh_from_db()
        assert one.state == GrantState.REVOKED
        assert logged(Action.ROLE_REVOKE, one.pk) == 1
    assert not has(fresh(nora), Permission.CLIENT_VIEW)
    assert logged(Action.ROLE_RETIRE, role.id) == 1
    assert approve_void(people, waiting) == State.VOID
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=nora, role=role.code, reason="again")
    with pytest.raises(NotComposable):
        retire(actor=people.ada, role=role)


def approve_void(people: SimpleNamespace, grant: RoleGrant) -> str:
    request = asked_for(grant)
    assert open_preview(actor=people.otto, request=request) is None
    request.refresh_from_db()
    return str(request.state)


def test_a_retired_role_lets_its_name_go(people: SimpleNamespace) -> None:
    retire(actor=people.ada, role=composed(people))
    assert composed(people).retired_at is None


@pytest.mark.parametrize(
    "mixed",
    [
        (Permission.PEOPLE_MANAGE, Permission.CLIENT_VIEW),
        (Permission.CLIENT_VIEW, Permission.APPROVAL_DECIDE),
        (Permission.APPROVAL_DECIDE, Permission.LOG_READ),
        (Permission.ROLE_MANAGE, Permission.LOG_READ),
        (),
    ],
)
def test_a_role_has_one_duty(people: SimpleNamespace, mixed: tuple[Permission, ...]) -> None:
    with pytest.raises(NotComposable):
        ask(people.ada, mixed)


def test_a_role_keeps_its_duty(people: SimpleNamespace) -> None:
    with pytest.raises(NotComposable):
        ask(people.ada, [Permission.LOG_READ], role=composed(people))


@pytest.mark.parametrize("name", ["Compliance officer", "AGENT", "合规专员", "Assistant", "助理"])
def test_no_role_is_called_like_another(people: SimpleNamespace, name: str) -> None:
    composed(people)
    with pytest.raises(NotComposable):
        ask(people.ada, name=name, zh="别的")
    with pytest.raises(NotComposable):
        ask(people.ada, name="Other", zh=name)


def test_two_roles_of_one_name_are_not_asked_for_nor_made(people: SimpleNamespace) -> None:
    _change, first = ask(people.ada)
    with pytest.raises(NotComposable):
        ask(people.ada)
    change, second = ask(people.ada, name="Clerk", zh="文员")
    # As if both had been asked for at the same moment, and the other came first.
    Role.objects.create(
        code=HOUSE + uuid4().hex, duty="business", opens_data=True, name_zh="文员", name_en="Taken"
    )
    assert approve(people.olivia, second).state == State.VOID
    assert RoleChange.objects.get(pk=change.pk).state == ChangeState.REFUSED
    assert approve(people.olivia, first).state == State.CARRIED_OUT


def test_a_note_holds_no_client_data(people: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        proposed(
            actor=people.ada,
            role=None,
            permissions=LOOKS,
            name_zh="助",
            name_en="A",
            note="call 138 0013 8000",
        )


def test_one_change_at_once(people: SimpleNamespace) -> None:
    role = composed(people)
    ask(people.ada, [Permission.CLIENT_VIEW], role=role)
    with pytest.raises(NotComposable):
        ask(people.ada, [Permission.CLIENT_VIEW, Permission.CLIENT_REVEAL], role=role)
    with pytest.raises(NotComposable):
        retire(actor=people.ada, role=role)


@pytest.mark.parametrize("name", ["olivia", "ming", "lea", "bo", "aud"])
def test_only_administrators_in_a_session_compose(people: SimpleNamespace, name: str) -> None:
    role = composed(people)
    somebody = getattr(people, name)
    with pytest.raises(Refused):
        ask(somebody, name="Other", zh="别的")
    with pytest.raises(Refused):
        retire(actor=somebody, role=role)


def test_whoever_audits_does_nothing_else(people: SimpleNamespace) -> None:
    """System, security and audit management are three people's (GB/T 22239-2019, 8.1.5)."""
    readers = composed(
        people, [Permission.LOG_READ, Permission.LOG_EXPORT], name="Log reader", zh="审计管理员"
    )
    for busy in (people.olivia, people.ming):
        with pytest.raises(NotGrantable):
            grant_role(actor=people.ada, person=busy, role=readers.code, reason="reads too")
    nora = person("nora")
    give(people, readers, nora)
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=nora, role="agent", reason="sells too")


def test_a_composed_role_is_revoked_like_any(people: SimpleNamespace) -> None:
    role, nora = composed(people), person("nora")
    grant = give(people, role, nora)
    revoke_role(actor=people.ada, grant=grant)
    assert not has(fresh(nora), Permission.CLIENT_VIEW)
