"""What a role asks of networks: outside of them it is as if it were not held."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from people.approvals.models import ApprovalRequest
from people.notices.models import Notice
from people.roles.access import permissions_of
from people.roles.composing.models import ChangeState
from people.roles.doors.effects import shut_out
from people.roles.doors.models import DoorChange, RoleDoor
from people.roles.doors.services import NotThat
from people.roles.models import RoleCode
from tests.cast import client_of, person
from tests.people.helpers import approve, confirm_identity, logged
from tests.people.roles.doors.making import INSIDE, OFFICE, OUTSIDE, asks

pytestmark = pytest.mark.django_db


def status(browser: Any, page: str = "vault:clients", **origin: str) -> int:
    found: int = browser.get(reverse(page), **origin).status_code
    return found


def test_outside_of_its_networks_the_role_is_not_there(people: SimpleNamespace) -> None:
    browser = client_of(people.ming)
    assert status(browser, REMOTE_ADDR=OUTSIDE) == 200
    asks(people, "agent", OFFICE)
    assert status(browser, REMOTE_ADDR=INSIDE) == 200
    assert status(browser, REMOTE_ADDR=OUTSIDE) == 404
    refused = LogEntry.objects.filter(result="refused", actor=people.ming.pk).latest("at")
    assert refused.reason == "door.network"
    assert status(browser, REMOTE_ADDR=INSIDE) == 200


def test_the_person_sees_why(people: SimpleNamespace) -> None:
    asks(people, "agent", OFFICE)
    browser = client_of(people.ming)
    words = "does not count from the network where you are now"
    assert words in browser.get(reverse("compliance:today"), REMOTE_ADDR=OUTSIDE).content.decode()
    assert words not in browser.get(reverse("compliance:today"), REMOTE_ADDR=INSIDE).content.decode()


def test_others_are_asked_by_their_grants(people: SimpleNamespace) -> None:
    """What a page says about a colleague does not hang on where its reader sits."""
    asks(people, "agent", OFFICE)
    assert "client.view" in permissions_of(people.ming)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_FOR": INSIDE},
        {"HTTP_X_FORWARDED_FOR": f"{INSIDE}, {INSIDE}"},
        {"HTTP_X_REAL_IP": INSIDE},
        {"HTTP_FORWARDED": f"for={INSIDE}"},
    ],
)
def test_attack_a_header_says_where_one_is(people: SimpleNamespace, headers: dict[str, str]) -> None:
    asks(people, "agent", OFFICE)
    assert status(client_of(people.ming), REMOTE_ADDR=OUTSIDE, **headers) == 404


@pytest.mark.parametrize(("told", "found"), [("{0}, {1}", 404), ("{1}, {0}", 200), ("{0}", 200), ("x", 404)])
def test_attack_an_address_before_that_of_the_trusted_proxy(
    people: SimpleNamespace, settings: Any, told: str, found: int
) -> None:
    """With one trusted proxy the last address is what it saw; what stands before it the client wrote."""
    settings.TRUSTED_PROXIES = 1
    asks(people, "agent", OFFICE)
    header = told.format(INSIDE, OUTSIDE)
    assert status(client_of(people.ming), REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=header) == found


def test_attack_an_ipv4_address_written_as_ipv6(people: SimpleNamespace) -> None:
    asks(people, "agent", OFFICE)
    browser = client_of(people.ming)
    assert status(browser, REMOTE_ADDR=f"::ffff:{OUTSIDE}") == 404
    assert status(browser, REMOTE_ADDR=f"::ffff:{INSIDE}") == 200


def test_what_shuts_out_holds_at_once_and_what_lets_in_waits(people: SimpleNamespace) -> None:
    assert asks(people, "agent", OFFICE).state == ChangeState.IN_FORCE
    assert asks(people, "agent", "203.0.113.0/25").state == ChangeState.IN_FORCE
    wider = asks(people, "agent", OFFICE)
    assert wider.state == ChangeState.PENDING
    assert RoleDoor.objects.get().networks == ["203.0.113.0/25"]
    with pytest.raises(NotThat, match="waits for an officer already"):
        asks(people, "agent", "")
    approve(people.olivia, ApprovalRequest.objects.get())
    assert RoleDoor.objects.get().networks == [OFFICE]
    assert logged(Action.ROLE_DOOR) == 3


def test_attack_nobody_locks_the_house_out(people: SimpleNamespace) -> None:
    with pytest.raises(NotThat, match="your own network is not among them"):
        asks(people, "admin", OFFICE, address=OUTSIDE)
    with pytest.raises(NotThat, match="Nobody who holds this role is signed in"):
        asks(people, "compliance_officer", OFFICE)
    client_of(people.olivia).get(reverse("compliance:today"), REMOTE_ADDR=INSIDE)
    with pytest.raises(NotThat, match="every address"):
        asks(people, "agent", "0.0.0.0/0")


def test_whom_it_shuts_out_now(people: SimpleNamespace) -> None:
    ming, lin = client_of(people.ming), client_of(people.lin)
    for browser, address in ((ming, OUTSIDE), (lin, INSIDE)):
        session = browser.session
        del session["place"]
        session.save()
        browser.get(reverse("compliance:today"), REMOTE_ADDR=address)
    found = shut_out("agent", [OFFICE], None)
    assert (found.elsewhere, found.holders) == ([people.ming], 2)


def test_the_console_opens_what_was_locked(people: SimpleNamespace, capsys: Any) -> None:
    asks(people, "agent", OFFICE)
    call_command("open_role", "agent")
    assert "counts from everywhere again" in capsys.readouterr().out
    assert RoleDoor.objects.get().networks == []
    assert logged(Action.ROLE_DOOR_BREAK) == 1
    assert Notice.objects.filter(kind="role.door_opened").count() == 2


def test_the_page_previews_and_then_does(people: SimpleNamespace) -> None:
    browser = client_of(people.ada)
    confirm_identity(browser)
    address = reverse("people:role_door", args=["agent"])
    typed = {"networks": OFFICE, "grace_days": 0, "reason": "from the office only"}
    shown = browser.post(address, typed)
    assert shown.status_code == 200
    assert shown.context["shut"].holders == 2
    assert not RoleDoor.objects.exists()
    assert browser.post(address, typed | {"confirm": "1"}).status_code == 302
    assert RoleDoor.objects.get().networks == [OFFICE]
    assert browser.get(reverse("people:roles")).status_code == 200


def test_the_database_opens_nothing_by_one(people: SimpleNamespace) -> None:
    change = asks(people, "agent", OFFICE)
    door = RoleDoor.objects.filter(role="agent")
    now = timezone.now()
    with pytest.raises(IntegrityError, match="role_door_is_agreed"), transaction.atomic():
        door.update(networks=[])
    with pytest.raises(IntegrityError, match="role_door_stays"), transaction.atomic():
        door.delete()
    with pytest.raises(IntegrityError, match="door_change_is_final"), transaction.atomic():
        DoorChange.objects.filter(pk=change.pk).update(networks=[])
    made = DoorChange.objects.create(role_id="agent", asked_by=people.ada)
    rows = DoorChange.objects.filter(pk=made.pk)
    with pytest.raises(IntegrityError, match="door_opens_by_two"), transaction.atomic():
        rows.update(state="in_force", decided_at=now)
    with pytest.raises(IntegrityError, match="door_change_stays"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="door_change_one_at_once"), transaction.atomic():
        DoorChange.objects.create(role_id="agent", asked_by=people.ada)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("door_change_of_networks", {"networks": ["0.0.0.0/0"]}),
        ("door_change_of_networks", {"networks": ["office"]}),
        ("door_change_of_networks", {"networks": ["203.0.113.7"]}),
        ("door_change_begins_pending", {"state": "in_force", "decided_at": timezone.now()}),
        ("door_change_networks_few", {"networks": [f"10.0.{n}.0/24" for n in range(51)]}),
        ("door_change_decided_has_time", {"decided_at": timezone.now()}),
    ],
)
def test_the_database_refuses(people: SimpleNamespace, name: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DoorChange.objects.create(**{"role_id": "agent", "asked_by": people.ada} | values)


def test_officers_decide_about_the_role_of_officers(people: SimpleNamespace) -> None:
    """Nobody else could; of every other role no holder decides."""
    oscar = person("oscar", role=RoleCode.COMPLIANCE_OFFICER)
    browser = client_of(oscar)
    session = browser.session
    del session["place"]
    session.save()
    browser.get(reverse("compliance:today"), REMOTE_ADDR=INSIDE)
    asks(people, "compliance_officer", OFFICE)
    asks(people, "compliance_officer", "")
    approve(people.otto, ApprovalRequest.objects.get())
    assert RoleDoor.objects.get().networks == []
