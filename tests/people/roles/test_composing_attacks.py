"""Nobody lifts themselves by a role that they compose, nor a role past what two people agreed to."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.origin import Origin, acting_as
from people.accounts.models import Kind
from people.accounts.services import create_person
from people.approvals.access import to_decide
from people.approvals.models import State
from people.approvals.services import NotDecidable, decide, open_preview
from people.roles.access import has
from people.roles.composing.models import RoleChange
from people.roles.composing.services import NotComposable, retire
from people.roles.models import HOUSE, Role, RoleCode, RoleGrant, RolePermission
from people.roles.permissions import Permission
from people.roles.services import NotGrantable, grant_role
from people.roles.sets import set_of
from tests.cast import administering, client_of, person
from tests.people.helpers import approve, asked_for, confirm_identity
from tests.people.roles.making import LOOKS, ask, composed, give
from tests.people.roles.test_composing import fresh

pytestmark = pytest.mark.django_db
OPENING = [one for one in Permission if one.opens_data]


def refused(name: str, act: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def test_attack_changing_a_role_one_holds(people: SimpleNamespace) -> None:
    helper = composed(people, [Permission.KEY_VIEW], name="Key clerk", zh="密钥员")
    adam = person("adam", role=RoleCode.ADMIN)
    grant_role(actor=people.ada, person=adam, role=helper.code, reason="looks after keys")
    administering(adam, uuid4())
    with pytest.raises(NotComposable):
        ask(adam, [Permission.KEY_VIEW, Permission.PEOPLE_MANAGE], role=helper, name="Key clerk", zh="密钥员")
    with pytest.raises(NotComposable):
        retire(actor=adam, role=helper)


def test_attack_composing_a_role_and_giving_it_to_oneself(people: SimpleNamespace) -> None:
    role = composed(people)
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=people.ada, role=role.code, reason="for me")


def test_attack_an_opening_permission_for_an_administrator_by_any_path(people: SimpleNamespace) -> None:
    """Another administrator gives it, the rows are written by hand: none leads there."""
    role = composed(people)
    adam = person("adam", role=RoleCode.ADMIN)
    with pytest.raises(NotGrantable):
        grant_role(actor=people.ada, person=adam, role=role.code, reason="helps out")
    refused(
        "grant_admin_apart",
        lambda: RoleGrant.objects.create(user=people.ada, role=role, granted_by=people.olivia),
    )
    clerk = composed(people, [Permission.KEY_VIEW], name="Key clerk", zh="密钥员")
    for permission in OPENING:
        refused(
            "role_permission_opens_data",
            lambda: RolePermission.objects.create(role=clerk, permission=permission),  # noqa: B023
        )
        refused(
            "role_permission_opens_data",
            lambda: RolePermission.objects.create(role_id=RoleCode.ADMIN, permission=permission),  # noqa: B023
        )
    refused("role_duty_is_final", lambda: Role.objects.filter(pk=clerk.pk).update(duty="business"))
    refused("role_admin_opens_nothing", lambda: Role.objects.filter(pk=clerk.pk).update(opens_data=True))
    grant_role(actor=people.ada, person=adam, role=clerk.code, reason="looks after keys")
    assert not any(has(fresh(adam), permission) for permission in OPENING)


def test_attack_a_puppet_is_seen_by_the_officer_and_needs_their_word(people: SimpleNamespace) -> None:
    with acting_as(Origin(actor=people.ada.pk)):
        puppet = create_person(
            actor=people.ada,
            username="pu",
            display_name="Pu",
            email="pu@example.test",
            kind=Kind.STAFF,
            language="en",
        )
    with override("en"):
        role = composed(people)
        grant = grant_role(actor=people.ada, person=puppet, role=role.code, reason="a new desk")
        warning = "The account of Pu was made by Ada, who asks for this, 0 days before."
        seen = open_preview(actor=people.olivia, request=asked_for(grant))
        assert seen is not None
        assert warning in seen.lines
        assert not has(fresh(puppet), Permission.CLIENT_VIEW)
        approve(people.olivia, asked_for(grant))
        _change, asked = ask(people.ada, [*LOOKS, Permission.CLIENT_REVEAL], role=role)
        seen = open_preview(actor=people.otto, request=asked)
        assert seen is not None
        assert warning in seen.lines


def test_attack_an_agreement_replayed_after_the_set_changed(people: SimpleNamespace) -> None:
    """The officer saw one set; what would be carried out is another: nothing is."""
    role, nora = composed(people), person("nora")
    waiting = grant_role(actor=people.ada, person=nora, role=role.code, reason="a new desk")
    open_preview(actor=people.otto, request=asked_for(waiting))
    _change, asked = ask(people.ada, [*LOOKS, Permission.CLIENT_EXPORT], role=role)
    approve(people.olivia, asked)
    outcome = decide(actor=people.otto, request=asked_for(waiting), verdict="approve", reason="known to me")
    assert outcome.state == State.VOID
    assert not has(fresh(nora), Permission.CLIENT_VIEW)
    with pytest.raises(NotDecidable):
        decide(actor=people.otto, request=asked, verdict="approve", reason="once more")


def test_attack_a_change_agreed_to_before_somebody_else_got_the_role(people: SimpleNamespace) -> None:
    role = composed(people)
    _change, asked = ask(people.ada, [*LOOKS, Permission.CLIENT_EXPORT], role=role)
    open_preview(actor=people.olivia, request=asked)
    give(people, role, person("nora"))
    outcome = decide(actor=people.olivia, request=asked, verdict="approve", reason="known to me")
    assert outcome.state == State.VOID
    assert set_of(role.code) == set(LOOKS)


def test_attack_an_officer_agrees_to_what_they_gain_by(people: SimpleNamespace) -> None:
    role = composed(people, [Permission.GRADE_LOWER], name="Grader", zh="定级员")
    grant = grant_role(actor=people.ada, person=people.olivia, role=role.code, reason="grades too")
    wanted = [Permission.GRADE_LOWER, Permission.KEY_ROTATE]
    _change, asked = ask(people.ada, wanted, role=role)
    with pytest.raises(NotDecidable):
        approve(people.olivia, asked)  # she waits for it
    approve(people.otto, asked_for(grant))
    assert open_preview(actor=people.otto, request=asked) is None  # void: it was asked for before
    _change, asked = ask(people.ada, wanted, role=role)
    with pytest.raises(NotDecidable):
        approve(people.olivia, asked)  # she holds it
    assert asked not in to_decide(people.olivia)
    assert asked in to_decide(people.otto)
    refused(
        "role_change_not_of_ones_own",
        lambda: RoleChange.objects.filter(code=role.code, state="pending").update(
            state="in_force", confirmed_by=people.olivia, decided_at=timezone.now()
        ),
    )


def test_attack_fields_that_the_form_does_not_have(people: SimpleNamespace) -> None:
    browser = client_of(people.ada)
    confirm_identity(browser)
    answer = browser.post(
        reverse("people:role_compose"),
        {
            "name_zh": "助理",
            "name_en": "Assistant",
            "note": "Looks up who has called.",
            "permissions": ["client.view"],
            "reason": "a new desk",
            "confirm": "1",
            "duty": "admin",
            "opens_data": "",
            "code": RoleCode.ADMIN.value,
            "state": "in_force",
            "confirmed_by": str(people.ada.pk),
        },
    )
    assert answer.status_code == 302
    change = RoleChange.objects.get()
    assert (change.duty, change.state, change.confirmed_by) == ("business", "pending", None)
    assert change.code.startswith(HOUSE)


@pytest.mark.parametrize("code", list(RoleCode))
def test_attack_a_built_in_role_is_not_edited(people: SimpleNamespace, code: RoleCode) -> None:
    browser = client_of(people.ada)
    confirm_identity(browser)
    for page in ("people:role_change", "people:role_retire"):
        for method in (browser.get, browser.post):
            assert method(reverse(page, args=[code.value])).status_code == 404
    with pytest.raises((IntegrityError, NotComposable)), transaction.atomic():
        ask(people.ada, [Permission.CLIENT_VIEW], role=Role.objects.get(code=code))


def _row(people: SimpleNamespace, **other: Any) -> dict[str, Any]:
    row = {
        "code": HOUSE + uuid4().hex,
        "duty": "business",
        "name_zh": "甲",
        "name_en": "A",
        "note": "x",
        "permissions": ["client.view"],
        "proposed_by": people.ada,
    }
    return row | other


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("role_change_of_composed", {"code": "agent"}),
        ("role_change_is_whole", {"name_zh": ""}),
        ("role_change_is_whole", {"permissions": []}),
        ("role_change_begins_pending", {"state": "in_force"}),
        ("role_has_one_duty", {"permissions": ["client.view", "people.manage"]}),
        ("role_has_one_duty", {"duty": "admin"}),
        ("role_change_duty_known", {"duty": "none", "permissions": []}),
        ("role_change_decided_has_time", {"decided_at": timezone.now()}),
    ],
)
def test_a_change_that_the_database_refuses(
    people: SimpleNamespace, name: str, other: dict[str, Any]
) -> None:
    refused(name, lambda: RoleChange.objects.create(**_row(people, **other)))


def test_a_change_is_confirmed_by_another_and_stays(people: SimpleNamespace) -> None:
    change = RoleChange.objects.create(**_row(people))
    rows = RoleChange.objects.filter(pk=change.pk)
    now = timezone.now()
    refused("role_change_is_confirmed", lambda: rows.update(state="in_force", decided_at=now))
    refused(
        "role_change_by_two", lambda: rows.update(state="in_force", decided_at=now, confirmed_by=people.ada)
    )
    refused("role_change_is_final", lambda: rows.update(permissions=["client.export"]))
    refused("role_change_is_final", rows.delete)
    refused("role_change_state_known", lambda: rows.update(state="maybe", decided_at=now))
    refused("role_change_one_at_once", lambda: RoleChange.objects.create(**_row(people, code=change.code)))
    rows.update(state="refused", decided_at=now)
    refused("role_change_is_final", lambda: rows.update(state="pending", decided_at=None))


def test_a_role_that_the_database_refuses(people: SimpleNamespace) -> None:
    code = HOUSE + uuid4().hex
    whole: dict[str, Any] = {
        "code": code,
        "duty": "business",
        "opens_data": True,
        "name_zh": "甲",
        "name_en": "A",
    }
    for name, other in (
        ("role_code_shape", {"code": "house-1"}),
        ("role_composed_is_whole", {"name_en": ""}),
        ("role_composed_is_whole", {"opens_data": False}),
        ("role_built_in_is_fixed", {"code": "boss"}),
    ):
        refused(name, lambda: Role.objects.create(**whole | other))  # noqa: B023
    role = composed(people, name="Taken", zh="有")
    refused("role_name_en_once", lambda: Role.objects.create(**whole | {"name_en": "TAKEN"}))
    refused("role_name_zh_once", lambda: Role.objects.create(**whole | {"name_zh": "有"}))
    rows = Role.objects.filter(pk=role.pk)
    give(people, role, person("nora"))
    refused("role_retires_unheld", lambda: rows.update(retired_at=timezone.now()))
    retire(actor=people.ada, role=role)
    refused("role_stays_retired", lambda: rows.update(retired_at=None))
    refused(
        "grant_of_standing_role",
        lambda: RoleGrant.objects.create(user=people.lin, role=role, granted_by=people.ada),
    )


def test_attack_a_permission_that_nobody_agreed_to(people: SimpleNamespace) -> None:
    role = composed(people, [*LOOKS, Permission.CLIENT_EXPORT])
    refused("role_permission_is_agreed", lambda: role.permissions.create(permission="client.reveal"))
    refused("role_has_one_duty", lambda: role.permissions.create(permission="approval.decide"))
    refused("role_has_one_duty", lambda: role.permissions.create(permission="people.manage"))
    refused("role_permission_is_final", lambda: role.permissions.update(permission="client.reveal"))
    _change, asked = ask(people.ada, LOOKS, role=role)
    approve(people.olivia, asked)
    # What an older agreement gave does not come back by it.
    refused("role_permission_is_agreed", lambda: role.permissions.create(permission="client.export"))
    bare = Role.objects.create(
        code=HOUSE + uuid4().hex, duty="business", opens_data=True, name_zh="甲", name_en="A"
    )
    refused("role_permission_is_agreed", lambda: bare.permissions.create(permission="client.view"))


def test_a_role_that_opens_nothing_holds_nothing_that_opens(people: SimpleNamespace) -> None:
    refused("role_permission_opens_data", lambda: Role.objects.filter(pk="agent").update(opens_data=False))
    Role.objects.create(code="quiet", duty="business", opens_data=False)
    refused(
        "role_permission_opens_data",
        lambda: RolePermission.objects.create(role_id="quiet", permission="client.view"),
    )
    refused(
        "role_permission_opens_data",
        lambda: RolePermission.objects.create(role_id="quiet", permission="not.known_yet"),
    )


def test_audit_is_apart_in_the_database(people: SimpleNamespace) -> None:
    until = timezone.now() + timedelta(days=3)
    refused(
        "grant_audit_apart",
        lambda: RoleGrant.objects.create(
            user=people.ming, role_id=RoleCode.AUDITOR, granted_by=people.ada, valid_until=until
        ),
    )


@pytest.mark.parametrize("permission", list(Permission))
def test_the_database_knows_whose_duty_each_permission_is(permission: Permission) -> None:
    """A new permission that is no oversight needs a line in people_permission_duty."""
    with connection.cursor() as cursor:
        cursor.execute("select people_permission_duty(%s)", [permission.value])
        assert cursor.fetchone() == (permission.duty.value,)
