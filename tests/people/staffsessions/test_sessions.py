"""What an administrator changes, they change in a staff session, and each entry in it names both people."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from people.accounts.models import Kind
from people.accounts.services import create_person
from people.accounts.system import SYSTEM_ID, system_account
from people.staffsessions.models import Over, StaffSession
from people.staffsessions.services import end_all_over
from tests.access_matrix import Row
from tests.access_matrix.people import ROWS
from tests.cast import client_of, code_of
from tests.people.helpers import confirm_identity
from tests.people.staffsessions.conftest import open_session, opening

pytestmark = pytest.mark.django_db

NAMED = {"display_name": "Lin Mei", "language": "en"}


def edit(world: SimpleNamespace, browser: Client | None = None, **typed: Any) -> Any:
    address = reverse("people:person_edit", args=[world.lin.pk])
    return (browser or world.browser).post(address, {**NAMED, **typed})


def name_of_lin(world: SimpleNamespace) -> str:
    world.lin.refresh_from_db()
    return str(world.lin.display_name)


def entries_of(answer: Any) -> list[LogEntry]:
    return list(LogEntry.objects.filter(request=answer["X-Request-ID"]))


def test_a_change_without_a_session_is_refused_and_offers_to_open_one(world: SimpleNamespace) -> None:
    answer = edit(world)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert 'name="display_name" value="Lin Mei"' in page
    assert answer["Cache-Control"].startswith("max-age=0")
    [entry] = entries_of(answer)
    assert (entry.action, entry.result, entry.reason) == ("request.refuse", "refused", "no_staff_session")
    assert name_of_lin(world) == "Lin"


def test_the_form_goes_on_once_the_session_is_open(world: SimpleNamespace) -> None:
    asked = {f"staff-{name}": value for name, value in opening(world).items()}
    answer = edit(world, **asked)
    assert answer.status_code == 302
    assert name_of_lin(world) == "Lin Mei"
    entries = {entry.action: entry for entry in entries_of(answer)}
    assert entries.keys() == {"staff_session.open", "person.edit"}
    assert {entry.on_behalf_of for entry in entries.values()} == {world.olivia.pk}
    assert edit(world, display_name="Lin").status_code == 302  # it stands


def test_the_code_is_asked_for_first_with_everything_kept(world: SimpleNamespace) -> None:
    browser = client_of(world.ada, administers=False)
    asked = {f"staff-{name}": value for name, value in opening(world).items()}
    answer = edit(world, browser, **asked)
    page = answer.content.decode()
    assert (answer.status_code, name_of_lin(world)) == (200, "Lin")
    assert 'name="staff-note" value="A name was misspelt."' in page
    assert 'name="display_name" value="Lin Mei"' in page
    assert not StaffSession.objects.filter(requested_by=world.olivia).exists()
    assert edit(world, browser, **asked, step_up_code=code_of(world.ada)).status_code == 302
    assert name_of_lin(world) == "Lin Mei"


def test_opening_is_asked_again_where_something_is_missing(world: SimpleNamespace) -> None:
    for wrong in (
        {"requested_by": ""},
        {"requested_by": str(world.ada.pk)},
        {"requested_by": str(world.bo.pk)},
        {"ground": "staff.other"},
        {"minutes": "61"},
        {"minutes": "600"},
        {"note": ""},
        {"note": "call 138 0013 8000"},
    ):
        assert open_session(world.browser, world, **wrong).status_code == 200, wrong
        asked = {f"staff-{name}": value for name, value in opening(world, **wrong).items()}
        assert edit(world, **asked).status_code == 403, wrong
    assert name_of_lin(world) == "Lin"
    assert not StaffSession.objects.filter(ended_at__isnull=True).exists()


def test_every_entry_of_a_session_names_both(administering: SimpleNamespace) -> None:
    world = administering
    edited = edit(world)
    listed = world.browser.get(reverse("people:people"))
    closed = world.browser.get(reverse("vault:clients"))
    handed_back = world.browser.get("/no/such/page/")
    for answer in (edited, listed, closed, handed_back):
        assert entries_of(answer), answer.status_code
        for entry in entries_of(answer):
            assert (entry.actor, entry.on_behalf_of) == (world.ada.pk, world.olivia.pk), entry.action
    assert closed.status_code == 404


def test_the_house_itself_may_have_asked(world: SimpleNamespace) -> None:
    assert open_session(world.browser, world, requested_by=str(SYSTEM_ID)).status_code == 302
    answer = edit(world)
    assert {entry.on_behalf_of for entry in entries_of(answer)} == {SYSTEM_ID}
    assert "at the request of the house itself" in world.browser.get("/people/").content.decode()


def test_reading_needs_none(world: SimpleNamespace) -> None:
    for name, args in (
        ("people:people", []),
        ("people:person", [world.lin.pk]),
        ("people:person_edit", [world.lin.pk]),
        ("people:roles", []),
        ("people:asks", []),
    ):
        answer = world.browser.get(reverse(name, args=args))
        assert answer.status_code == 200, name
        assert {entry.on_behalf_of for entry in entries_of(answer)} == {None}


def test_the_bar_says_for_whom_and_until_when_and_ends_it(administering: SimpleNamespace) -> None:
    world = administering
    page = world.browser.get("/people/").content.decode()
    assert "Staff session at the request of Olivia" in page
    assert "15 minutes left" in page
    assert world.browser.get(reverse("people:staff_session_end")).status_code == 405
    ended = world.browser.post(reverse("people:staff_session_end"))
    assert [entry.on_behalf_of for entry in entries_of(ended)] == [world.olivia.pk]
    assert "Staff session at the request" not in world.browser.get("/people/").content.decode()
    assert edit(world).status_code == 403
    world.session.refresh_from_db()
    assert (world.session.over, world.session.ended_by_id) == (Over.ENDED, world.ada.pk)


def test_its_time_ends_it(administering: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    world = administering
    moment = timezone.now() + timedelta(minutes=15)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert "The staff session has ended" in world.browser.get("/people/").content.decode()
    assert edit(world).status_code == 403
    world.session.refresh_from_db()
    assert world.session.over == Over.TIME


def test_signing_out_ends_it(administering: SimpleNamespace) -> None:
    administering.browser.post(reverse("account_logout"))
    administering.session.refresh_from_db()
    assert administering.session.over == Over.SESSION


def test_the_clock_notes_what_nobody_asked_for_again(administering: SimpleNamespace) -> None:
    world = administering
    assert end_all_over() == 0
    StaffSession.objects.filter(pk=world.session.pk).update(
        ended_at=timezone.now(), ended_by=world.ada, over=Over.ENDED
    )
    now = timezone.now()
    left = StaffSession.objects.create(
        person=world.ada,
        requested_by=world.otto,
        ground="staff.joins",
        note="Nora joins.",
        session=world.session.session,
        opened_at=now - timedelta(minutes=30),
        ends_at=now - timedelta(minutes=1),
    )
    with acting_as(Origin(actor=SYSTEM_ID)):
        assert (end_all_over(), end_all_over()) == (1, 0)
    left.refresh_from_db()
    assert (left.over, left.ended_by_id) == (Over.TIME, SYSTEM_ID)


def test_officers_read_what_was_done_and_end_one_at_once(administering: SimpleNamespace) -> None:
    world = administering
    edit(world)
    officer = client_of(world.otto)
    rows = officer.get(reverse("people:staff_sessions")).context["page"].rows
    assert (rows[0].pk, rows[0].changes) == (world.session.pk, 1)
    page = officer.get(reverse("people:staff_session", args=[world.session.pk])).content.decode()
    assert "Ada (at the request of Olivia) changed the account of Lin" in page
    assert "A name was misspelt." in page
    stopped = officer.post(reverse("people:staff_session_stop", args=[world.session.pk]))
    assert stopped.status_code == 302
    [entry] = entries_of(stopped)
    assert (entry.actor, entry.on_behalf_of, entry.reason) == (
        world.otto.pk,
        world.olivia.pk,
        "staff.officer",
    )
    assert edit(world, display_name="Mei").status_code == 403
    assert name_of_lin(world) == "Lin Mei"


def test_the_list_costs_the_same_however_many(world: SimpleNamespace) -> None:
    officer, address = client_of(world.olivia), reverse("people:staff_sessions")
    open_session(world.browser, world)
    before = _queries(officer, address)
    for _ in range(5):
        open_session(world.browser, world)
    assert _queries(officer, address) == before


def _queries(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        browser.get(address)
    return len(captured)


def test_the_house_itself_needs_none(world: SimpleNamespace) -> None:
    with acting_as(Origin(actor=SYSTEM_ID)):
        made = create_person(
            actor=system_account(),
            username="nora",
            display_name="Nora",
            email="nora@example.test",
            kind=Kind.STAFF,
            language="en",
        )
    assert made.pk


def test_services_refuse_too(world: SimpleNamespace) -> None:
    words = {"username": "nora", "display_name": "Nora", "email": "n@example.test", "language": "en"}
    with acting_as(Origin(actor=world.ada.pk)), pytest.raises(Refused) as refused:
        create_person(actor=world.ada, kind=Kind.STAFF, **words)
    assert refused.value.entry.reason == "no_staff_session"


# Pages of administrators that change nothing about anybody else.
THEIR_OWN = {"people:staff_session_open", "people:staff_session_end"}
CHANGES = [row for row in ROWS if row.method != "get" and row.who == {"ada"} and row.url not in THEIR_OWN]


def test_the_changes_of_administrators_are_all_walked() -> None:
    assert {row.url for row in CHANGES} == {
        *("people:ask_handle", "people:factor_reset", "people:grant_role", "people:person_add"),
        *("people:person_disable", "people:person_edit", "people:person_enable", "people:person_link"),
        *("people:revoke_role", "people:role_change", "people:role_compose", "people:role_retire"),
        *("people:robot_add", "people:robot_end", "people:messages_retry"),
    }


@pytest.mark.parametrize("row", CHANGES, ids=str)
def test_no_change_of_an_administrator_without_one(world: SimpleNamespace, row: Row) -> None:
    with acting_as(Origin()):
        client_of(world.ada)  # in a session in another browser, which what is built here needs
        row.build(world)
    answer = world.browser.post(reverse(row.url, args=row.args(world)), row.data(world))
    assert answer.status_code == 403
    assert [entry.reason for entry in entries_of(answer)] == ["no_staff_session"]


def test_stepping_up_again_is_not_asked_within_minutes(world: SimpleNamespace) -> None:
    fresh = client_of(world.ada, administers=False)
    answer = open_session(fresh, world)
    assert answer.status_code == 200
    assert not StaffSession.objects.filter(requested_by=world.olivia).exists()
    confirm_identity(fresh)
    assert open_session(fresh, world).status_code == 302
