"""A role that asks for a passkey gives nothing to a session that a code opened."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from people.roles.doors.models import RoleDoor
from people.roles.doors.services import NotThat
from tests.cast import client_of, code_of
from tests.people.roles.doors.making import asks, by_passkey, with_passkey

pytestmark = pytest.mark.django_db
TODAY = "compliance:today"


def test_a_code_opens_nothing_of_it_and_the_page_leads_to_a_passkey(people: SimpleNamespace) -> None:
    asks(people, "agent", passkey=True)
    browser = client_of(people.ming)
    assert browser.get(reverse("vault:clients")).status_code == 404
    page = browser.get(reverse(TODAY)).content.decode()
    assert "counts only after a sign-in with a passkey" in page
    assert reverse("people:passkey_add") in page
    assert browser.get(reverse("people:passkey_add")).status_code in (200, 302)
    assert by_passkey(people.ming).get(reverse("vault:clients")).status_code == 200


def test_a_grace_of_days(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(people, "agent", passkey=True, grace_days=3)
    browser = client_of(people.ming)
    assert browser.get(reverse("vault:clients")).status_code == 200
    begins = RoleDoor.objects.get().passkey_from
    assert begins is not None
    assert abs(begins - timezone.now() - timedelta(days=3)) < timedelta(minutes=1)
    asks(people, "agent", passkey=True, grace_days=9)
    assert RoleDoor.objects.get().passkey_from == begins  # asking again makes nobody's time longer
    with pytest.raises(NotThat, match="At most 90 days"):
        asks(people, "agent", passkey=True, grace_days=91)


def test_attack_a_passkey_added_or_used_to_confirm_makes_no_other_session(people: SimpleNamespace) -> None:
    asks(people, "agent", passkey=True)
    browser = client_of(people.ming)
    with_passkey(people.ming)
    session = browser.session
    records: list[dict[str, Any]] = session["account_authentication_methods"]
    confirmed = {"method": "mfa", "type": "webauthn", "at": 0, "reauthenticated": True}
    session["account_authentication_methods"] = [*records, confirmed]
    session.save()
    assert browser.get(reverse("vault:clients")).status_code == 404


def test_attack_a_code_confirms_nothing_for_who_must_use_a_passkey(people: SimpleNamespace) -> None:
    browser = by_passkey(people.ming)
    typed = {"step_up_code": code_of(people.ming)}
    assert browser.post(reverse("account_reauthenticate"), typed).status_code == 302
    asks(people, "agent", passkey=True)
    typed = {"step_up_code": code_of(people.ming)}
    page = browser.post(reverse("account_reauthenticate"), typed)
    assert page.status_code == 200
    assert page.context["no_code"]


def test_attack_an_earlier_code_counts_for_nothing_grave(people: SimpleNamespace) -> None:
    """Confirmed by a code a minute ago: once a role asks for a passkey that does not count any more."""
    with_passkey(people.ada)
    browser = by_passkey(people.ada)
    typed = {"step_up_code": code_of(people.ada)}
    assert browser.post(reverse("account_reauthenticate"), typed).status_code == 302
    address = reverse("people:role_door", args=["agent"])
    assert browser.get(address).status_code == 200
    asks(people, "admin", passkey=True)
    assert browser.get(address).status_code == 302


def test_attack_nobody_locks_the_house_out(people: SimpleNamespace) -> None:
    for role in ("admin", "compliance_officer"):
        with pytest.raises(NotThat, match="has a passkey"):
            asks(people, role, passkey=True)
    with_passkey(people.olivia)
    assert asks(people, "compliance_officer", passkey=True).state == "in_force"
