"""Attacks on staff sessions, one test each, named after it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from people.accounts.services import edit_person
from people.roles.models import RoleCode
from people.staffsessions.models import Ground, StaffSession
from people.staffsessions.services import NotOpened, open_session
from tests.cast import client_of, person
from tests.people.helpers import confirm_identity
from tests.people.staffsessions import conftest as doing
from tests.people.staffsessions.test_sessions import NAMED, edit, entries_of, name_of_lin

pytestmark = pytest.mark.django_db


def test_attack_another_browser_of_the_same_administrator(administering: SimpleNamespace) -> None:
    """Signed in a second time, and with the first session's mark put into the second."""
    world = administering
    other = client_of(world.ada, administers=False)
    assert edit(world, other).status_code == 403
    session = other.session
    session["staff_session"] = str(world.session.pk)
    session.save()
    assert edit(world, other).status_code == 403
    assert name_of_lin(world) == "Lin"


def test_attack_another_administrators_session(administering: SimpleNamespace) -> None:
    world = administering
    adam = person("adam", role=RoleCode.ADMIN)
    browser = client_of(adam, administers=False)
    session = browser.session
    session["staff_session"] = str(world.session.pk)
    session.save()
    assert edit(world, browser).status_code == 403
    assert browser.get(reverse("people:staff_session", args=[world.session.pk])).status_code == 404
    browser.post(reverse("people:staff_session_end"))
    world.session.refresh_from_db()
    assert world.session.ended_at is None


@pytest.mark.parametrize("name", ["olivia", "ming", "lea", "bo", "aud"])
def test_attack_somebody_who_is_no_administrator_opens_one(world: SimpleNamespace, name: str) -> None:
    somebody = getattr(world, name)
    browser = client_of(somebody)
    confirm_identity(browser)
    assert doing.open_session(browser, world).status_code == 404
    with acting_as(Origin(actor=somebody.pk)), pytest.raises(Refused):
        open_session(
            actor=somebody,
            requested_by=world.otto,
            ground=Ground.JOINS,
            note="Nora joins.",
            lasts=timedelta(minutes=5),
            session=world.ada.pk,
        )
    assert not StaffSession.objects.filter(person=somebody).exists()


def test_attack_a_held_form_after_the_end(administering: SimpleNamespace) -> None:
    """The page was opened in the session; its form comes after it has ended."""
    world = administering
    page = world.browser.get(reverse("people:person_edit", args=[world.lin.pk]))
    assert page.status_code == 200
    client_of(world.olivia).post(reverse("people:staff_session_stop", args=[world.session.pk]))
    answer = edit(world)
    assert answer.status_code == 403
    assert 'value="Lin Mei"' in answer.content.decode()
    assert name_of_lin(world) == "Lin"


def test_attack_the_mark_brought_back_after_the_end(administering: SimpleNamespace) -> None:
    world = administering
    world.browser.post(reverse("people:staff_session_end"))
    session = world.browser.session
    session["staff_session"] = str(world.session.pk)
    session.save()
    assert edit(world).status_code == 403


def test_attack_longer_by_hidden_fields(administering: SimpleNamespace) -> None:
    """Fields of the opening in a form that is sent within a session, and times nobody offers."""
    world = administering
    until = world.session.ends_at
    asked = {f"staff-{name}": value for name, value in doing.opening(world, minutes="60").items()}
    assert edit(world, **asked, ends_at="2030-01-01", minutes="600").status_code == 302
    world.session.refresh_from_db()
    assert (world.session.ends_at, world.session.ended_at) == (until, None)
    assert StaffSession.objects.filter(requested_by=world.olivia).count() == 1
    with acting_as(Origin(actor=world.ada.pk)), pytest.raises(NotOpened):
        open_session(
            actor=world.ada,
            requested_by=world.olivia,
            ground=Ground.JOINS,
            note="Nora joins.",
            lasts=timedelta(minutes=61),
            session=world.session.session,
        )


def test_attack_mass_assignment(world: SimpleNamespace) -> None:
    """What the form does not offer is not taken from it: whose it is, its time, its browser."""
    extra = {
        "person": str(world.otto.pk),
        "session": str(world.otto.pk),
        "ends_at": "2030-01-01",
        "opened_at": "2030-01-01",
        "lasts": "999",
        "ended_at": "",
    }
    assert doing.open_session(world.browser, world, **extra).status_code == 302
    opened = StaffSession.objects.get(requested_by=world.olivia)
    assert opened.person_id == world.ada.pk
    assert opened.ends_at - opened.opened_at == timedelta(minutes=15)
    assert opened.ends_at < timezone.now() + timedelta(minutes=16)
    assert opened.session != world.otto.pk


def test_attack_looking_at_content_in_a_session(administering: SimpleNamespace) -> None:
    """A staff session adds a name to entries, and no right: what was closed is closed."""
    world = administering
    for name in ("vault:clients", "vault:exports", "deals:deals", "compliance:log", "deals:deal_new"):
        answer = world.browser.get(reverse(name))
        assert answer.status_code == 404, name
        assert [entry.on_behalf_of for entry in entries_of(answer)] == [world.olivia.pk], name


def test_attack_a_role_taken_meanwhile(administering: SimpleNamespace) -> None:
    world = administering
    world.ada.grants.update(state="revoked", ended_at=timezone.now())
    assert edit(world).status_code == 404
    assert name_of_lin(world) == "Lin"


def test_attack_a_forged_opening(world: SimpleNamespace) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.update(world.browser.cookies)
    assert doing.open_session(browser, world).status_code == 403
    assert (
        edit(world, browser, **{f"staff-{k}": v for k, v in doing.opening(world).items()}).status_code == 403
    )
    assert not StaffSession.objects.filter(requested_by=world.olivia).exists()


def test_attack_a_view_that_forgot_its_gate(administering: SimpleNamespace) -> None:
    """The service in a request of another browser, or in one that the middleware did not mark: refused, or
    named with both."""
    world = administering
    words: dict[str, Any] = {**NAMED, "email": world.lin.email}
    other = Origin(actor=world.ada.pk, session=world.otto.pk, request=world.otto.pk)
    with acting_as(other), pytest.raises(Refused):
        edit_person(actor=world.ada, person=world.lin, **words)
    own = Origin(actor=world.ada.pk, session=world.session.session, request=world.ming.pk)
    with acting_as(own):
        edit_person(actor=world.ada, person=world.lin, **words)
    [entry] = LogEntry.objects.filter(request=world.ming.pk)
    assert (entry.actor, entry.on_behalf_of) == (world.ada.pk, world.olivia.pk)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_attack_another_method(world: SimpleNamespace, method: str) -> None:
    answer = getattr(world.browser, method)(reverse("people:person_edit", args=[world.lin.pk]))
    assert answer.status_code == 403
