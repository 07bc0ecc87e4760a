"""What the database refuses by itself, whoever asks."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.accounts.system import SYSTEM_ID
from people.roles.models import GrantState, Role, RoleCode, RoleGrant, RolePermission
from tests.cast import person

pytestmark = pytest.mark.django_db


def refused(name: str, **row: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RoleGrant.objects.create(**row)


def test_grants(people: SimpleNamespace) -> None:
    nora = person("nora")
    agent = {"user": nora, "role_id": RoleCode.AGENT}
    refused("grant_not_by_oneself", **agent, granted_by=nora)
    refused("grant_state_known", **agent, granted_by=people.ada, state="borrowed", ended_at=timezone.now())
    refused("grant_confirmed_by_another", **agent, granted_by=people.ada, confirmed_by=people.ada)
    refused("grant_confirmed_by_another", **agent, granted_by=people.ada, confirmed_by=nora)
    refused("grant_opening_is_confirmed", **agent, granted_by=people.ada, state=GrantState.ACTIVE)
    refused(
        "grant_ends_later", **agent, granted_by=people.ada, valid_until=timezone.now() - timedelta(days=1)
    )
    refused("grant_ended_has_time", **agent, granted_by=people.ada, state=GrantState.REVOKED)
    refused("grant_ended_has_time", **agent, granted_by=people.ada, ended_at=timezone.now())
    refused("grant_live_once", user=people.ming, role_id=RoleCode.AGENT, granted_by=people.ada)


def test_administrators_are_apart(people: SimpleNamespace) -> None:
    refused("grant_admin_apart", user=people.ming, role_id=RoleCode.ADMIN, granted_by=people.ada)
    refused("grant_admin_apart", user=people.ada, role_id=RoleCode.AGENT, granted_by=people.olivia)


def test_roles_fit_the_kind_of_account(people: SimpleNamespace) -> None:
    refused("grant_fits_kind", user=people.bo, role_id=RoleCode.AGENT, granted_by=people.ada)
    refused("grant_fits_kind", user_id=SYSTEM_ID, role_id=RoleCode.ADMIN, granted_by=people.ada)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("grant_content_is_final", {"role_id": RoleCode.DEAL_LEAD}),
        ("grant_content_is_final", {"valid_until": timezone.now() + timedelta(days=9)}),
        ("grant_state_moves_on", {"state": GrantState.PENDING}),
    ],
)
def test_a_grant_only_moves_on(people: SimpleNamespace, name: str, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RoleGrant.objects.filter(user=people.ming).update(**change)


def test_an_ended_grant_does_not_come_back(people: SimpleNamespace) -> None:
    grants = RoleGrant.objects.filter(user=people.ming)
    grants.update(state=GrantState.REVOKED, ended_at=timezone.now())
    with pytest.raises(IntegrityError, match="grant_state_moves_on"), transaction.atomic():
        grants.update(state=GrantState.ACTIVE, ended_at=None)


def test_roles(people: SimpleNamespace) -> None:
    for name, row in (
        ("role_duty_known", {"code": "x", "duty": "none", "opens_data": True}),
        ("role_admin_opens_nothing", {"code": "x", "duty": "admin", "opens_data": True}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Role.objects.create(**row)
    for name, permission in (
        ("role_permission_once", "client.view"),
        ("role_permission_shape", "Everything!"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            RolePermission.objects.create(role_id=RoleCode.AGENT, permission=permission)
