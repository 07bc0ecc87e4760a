"""The pages of composing: typed once, the effect first, then asked for, decided on by an officer."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.reach.people import roles_of
from people.approvals.models import ApprovalRequest
from people.roles.composing.models import RoleChange
from people.roles.models import Role
from people.roles.permissions import Permission
from people.roles.sets import set_of
from tests.cast import client_of, person
from tests.people.helpers import confirm_identity
from tests.people.roles.making import LOOKS, composed, give

pytestmark = pytest.mark.django_db

TYPED = {
    "name_zh": "助理",
    "name_en": "Assistant",
    "note": "Looks up who has called.",
    "permissions": ["client.view", "client.search"],
    "reason": "a new desk",
}


def confirmed(people: SimpleNamespace, name: str) -> Client:
    browser = client_of(getattr(people, name))
    confirm_identity(browser)
    return browser


def test_the_whole_way(people: SimpleNamespace) -> None:
    ada, olivia = confirmed(people, "ada"), confirmed(people, "olivia")
    address = reverse("people:role_compose")
    shown = ada.post(address, TYPED)
    assert shown.status_code == 200
    assert len(shown.context["preview"].rows) == 2
    assert not RoleChange.objects.exists()
    assert ada.post(address, TYPED | {"confirm": "1"}).status_code == 302
    asked = ApprovalRequest.objects.get()
    assert reverse("people:approval", args=[asked.pk]) in olivia.get(reverse("people:roles")).content.decode()
    assert olivia.get(reverse("people:approval", args=[asked.pk])).status_code == 200
    decision = {"verdict": "approve", "reason": "as agreed"}
    olivia.post(reverse("people:approval_decide", args=[asked.pk]), decision)
    role = Role.objects.get(name_en="Assistant")
    listed = ada.get(reverse("people:roles")).content.decode()
    assert reverse("people:role_change", args=[role.code]) in listed
    assert "Assistant" in listed
    assert ada.get(reverse("people:people"), {"role": role.code}).status_code == 200
    granting = reverse("people:grant_role", args=[people.lea.pk])
    assert "Assistant" in ada.get(granting, {"role": role.code}).content.decode()


def test_a_copy_leaves_out_what_is_of_another_duty(people: SimpleNamespace) -> None:
    """A lead's role holds one permission of oversight."""
    page = confirmed(people, "ada").get(reverse("people:role_compose"), {"from": "deal_lead"})
    assert page.context["left_out"] == 1
    assert "export.approve" not in page.context["form"].initial["permissions"]


def test_a_mixed_set_is_told_on_the_page_and_nothing_is_asked(people: SimpleNamespace) -> None:
    mixed = TYPED | {"permissions": ["client.view", "people.manage"], "confirm": "1"}
    answer = confirmed(people, "ada").post(reverse("people:role_compose"), mixed)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert not RoleChange.objects.exists()


def test_changing_and_retiring(people: SimpleNamespace) -> None:
    role, ada = composed(people), confirmed(people, "ada")
    page = ada.get(reverse("people:role_change", args=[role.code]))
    assert set(page.context["form"].initial["permissions"]) == {one.value for one in LOOKS}
    give(people, role, nora := person("nora"))
    assert nora.display_name in ada.get(reverse("people:role_retire", args=[role.code])).content.decode()
    assert ada.post(reverse("people:role_retire", args=[role.code])).status_code == 302
    role.refresh_from_db()
    assert role.retired_at is not None
    assert set_of(role.code) == set(LOOKS)  # what it was stays to be read
    assert ada.get(reverse("people:role_change", args=[role.code])).status_code == 404


def test_reach_and_reviews_name_a_composed_role(people: SimpleNamespace) -> None:
    role = composed(people)
    give(people, role, nora := person("nora"))
    assert roles_of([nora]).giving(nora, Permission.CLIENT_VIEW) == (str(role),)
    assert roles_of([nora]).why_not(nora, Permission.CLIENT_REVEAL) is not None


def test_i8_the_list_costs_the_same_with_more_roles(people: SimpleNamespace) -> None:
    ada = confirmed(people, "ada")
    address = reverse("people:roles")
    ada.get(address)
    with CaptureQueriesContext(connection) as before:
        ada.get(address)
    for number in range(3):
        composed(people, name=f"Desk {number}", zh=f"岗位{number}")
    with CaptureQueriesContext(connection) as after:
        ada.get(address)
    assert len(after) <= len(before)
