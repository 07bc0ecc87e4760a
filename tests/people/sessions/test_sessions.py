"""Sessions: what the list shows, what ends one, what ends by itself, and how a copied cookie is noticed."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, Reason
from audit.models import LogEntry
from people.sessions.services import due, sessions_of
from people.sessions.tasks import clear_over
from tests.cast import PASSWORD, client_of, code_of, sign_in
from tests.people.helpers import confirm_identity, delivered, logged

pytestmark = pytest.mark.django_db
PAGE = "/me/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
NEWER = FIREFOX.replace("128", "140")
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"


def browser(user, *, agent: str = FIREFOX, address: str = "203.0.113.77") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    sign_in(client, user)
    client.get("/me/")
    return client


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def moved_to(client: Client, *, agent: str = FIREFOX, address: str = "203.0.113.77") -> Client:
    """Somebody else's browser with a copy of the cookie."""
    thief = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    thief.cookies["session"] = client.cookies["session"].value
    return thief


def aged(client: Client, **changed: float) -> None:
    session = client.session
    session["place"] = session["place"] | {name: time.time() - by for name, by in changed.items()}
    session.save()


def reasons(user) -> list[str]:
    found = LogEntry.objects.using("default").filter(action=Action.SESSION_END, subjects=[user.pk])
    return [entry.reason for entry in found.order_by("id")]


def test_what_the_list_says(people: SimpleNamespace) -> None:
    here, _there = browser(people.ming), browser(people.ming, agent=EDGE, address="198.51.100.200")
    page = here.get(PAGE)
    text = page.content.decode()
    rows = page.context["rows"]
    assert [row.device for row in rows] == ["Firefox on Linux", "Edge on Windows"]
    assert [row.current for row in rows] == [True, False]
    assert [row.networks for row in rows] == [["203.0.113.0/24"], ["198.51.100.0/24"]]
    assert {row.by for row in rows} == {"Password and authenticator app"}
    assert "60 minutes" in text
    assert "12 hours" in text


def test_no_address_and_nothing_else_of_the_browser_is_kept(people: SimpleNamespace) -> None:
    browser(people.ming)
    browser(people.lin, address="2001:db8:1:2:3:4:5:6")
    kept = str(list(UserSession.objects.values())) + str([one.get_decoded() for one in Session.objects.all()])
    for told in ("203.0.113.77", "2001:db8:1:2", "128.0", "Gecko"):
        assert told not in kept
    assert "203.0.113.0/24" in kept
    assert "2001:db8:1::/48" in kept


def test_one_is_ended_from_another(people: SimpleNamespace) -> None:
    here, there = browser(people.ming), browser(people.ming, agent=EDGE)
    theirs = sessions_of(people.ming).get(session_key=there.session.session_key)
    confirm_identity(here)
    here.post(reverse("people:session_end", args=[theirs.pk]))
    assert (is_in(here), is_in(there)) == (True, False)
    assert reasons(people.ming) == [Reason.BY_ITS_PERSON]
    assert [row.current for row in here.get(PAGE).context["rows"]] == [True]


def test_all_others_are_ended(people: SimpleNamespace) -> None:
    here, others = browser(people.ming), [browser(people.ming) for _ in range(3)]
    lin = browser(people.lin)
    confirm_identity(here)
    here.post(reverse("people:sessions_end_others"))
    assert is_in(here)
    assert is_in(lin)
    assert not any(map(is_in, others))
    assert logged(Action.SESSION_END_ALL, people.ming.pk) == 1


def test_attack_a_cookie_alone_ends_no_session(people: SimpleNamespace) -> None:
    """Whoever holds it, and nothing else, throws nobody out: each asks who it is first."""
    here, there = browser(people.ming), browser(people.ming, agent=EDGE)
    theirs = sessions_of(people.ming).get(session_key=there.session.session_key)
    asked = here.post(reverse("people:session_end", args=[theirs.pk]))
    assert "Confirm who you are" in asked.content.decode()
    assert "Confirm who you are" in here.post(reverse("people:sessions_end_others")).content.decode()
    assert is_in(there)
    typed = {"step_up_code": code_of(people.ming)}
    assert here.post(reverse("people:session_end", args=[theirs.pk]), typed).status_code == 302
    assert not is_in(there)


@pytest.mark.parametrize("who", ["olivia", "ada"])
def test_an_officer_or_an_administrator_ends_all_of_somebodys(people: SimpleNamespace, who: str) -> None:
    ming, theirs = browser(people.ming), client_of(getattr(people, who))
    assert "End all sessions" in theirs.get(reverse("people:person", args=[people.ming.pk])).content.decode()
    answer = theirs.post(reverse("people:person_sessions_end", args=[people.ming.pk]))
    assert answer.status_code == 302
    assert not is_in(ming)
    entry = LogEntry.objects.using("default").get(action=Action.SESSION_END_ALL, object_id=people.ming.pk)
    assert entry.actor == getattr(people, who).pk
    assert (entry.on_behalf_of is not None) is (who == "ada")


def test_attack_an_administrator_without_a_staff_session_ends_nobodys(people: SimpleNamespace) -> None:
    ming, ada = browser(people.ming), client_of(people.ada, administers=False)
    ada.post(reverse("people:person_sessions_end", args=[people.ming.pk]))
    assert is_in(ming)


def test_attack_the_session_of_another_is_neither_ended_nor_named(people: SimpleNamespace) -> None:
    ming, lin = browser(people.ming), browser(people.lin)
    theirs = sessions_of(people.ming).get()
    for name in ("session_end", "session_know"):
        assert lin.post(reverse(f"people:{name}", args=[theirs.pk])).status_code == 404
    assert lin.post(reverse("people:person_sessions_end", args=[people.ming.pk])).status_code == 404
    assert is_in(ming)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"seen": 3601}, Reason.SESSION_IDLE),
        ({"started": 12 * 3600 + 1}, Reason.SESSION_OLD),
    ],
)
def test_a_session_ends_by_time(people: SimpleNamespace, changed: dict[str, float], reason: Reason) -> None:
    client = browser(people.ming)
    aged(client, seen=3500)
    assert is_in(client)
    aged(client, **changed)
    answer = client.get("/clients/?page=2")
    assert answer["Location"] == "/account/login/?next=/clients/%3Fpage%3D2"
    assert not is_in(client)
    assert reasons(people.ming) == [reason]
    assert not Session.objects.filter(session_key=client.cookies["session"].value).exists() or not is_in(
        client
    )
    assert not sessions_of(people.ming).exists()


def test_a_session_that_is_used_goes_on_until_its_longest(people: SimpleNamespace, settings) -> None:
    client = browser(people.ming)
    for _ in range(4):
        aged(client, seen=3000)
        assert is_in(client)
    settings.SESSION_IDLE = 60
    aged(client, seen=61)
    assert not is_in(client)


def test_htmx_is_sent_to_the_sign_in(people: SimpleNamespace) -> None:
    client = browser(people.ming)
    aged(client, seen=3601)
    answer = client.get("/me/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/account/login/")


def test_last_seen_is_written_once_a_minute(people: SimpleNamespace) -> None:
    client = browser(people.ming)
    row = sessions_of(people.ming).get()
    client.get("/me/")
    row.refresh_from_db()
    before = row.last_seen_at
    aged(client, seen=61)
    client.get("/me/")
    row.refresh_from_db()
    assert row.last_seen_at > before
    written = row.last_seen_at
    client.get("/me/")
    row.refresh_from_db()
    assert row.last_seen_at == written


def test_attack_a_copied_cookie_in_another_browser_ends_the_session(people: SimpleNamespace) -> None:
    owner = browser(people.ming)
    mail.outbox.clear()
    assert is_in(moved_to(owner, agent=NEWER))  # an update of the same browser
    thief = moved_to(owner, agent=EDGE)
    assert not is_in(thief)
    assert not is_in(owner)
    assert reasons(people.ming) == [Reason.BROWSER_CHANGED]
    assert not sessions_of(people.ming).exists()


def test_its_person_has_a_mail(people: SimpleNamespace, django_capture_on_commit_callbacks) -> None:
    owner = browser(people.ming)
    with django_capture_on_commit_callbacks(execute=True):
        moved_to(owner, agent=EDGE).get("/me/")
    assert [(message.to, message.subject) for message in delivered()] == [
        ([people.ming.email], "Sealroom: A session of yours was ended: it went on in another browser")
    ]


def test_attack_a_copied_cookie_in_another_network_is_on_record_and_told(people: SimpleNamespace) -> None:
    """The session goes on, since phones change networks; its person sees it, and says what it was."""
    owner = browser(people.ming)
    thief = moved_to(owner, address="198.51.100.9")
    assert is_in(thief)
    assert is_in(thief)
    assert LogEntry.objects.filter(action=Action.SESSION_MOVE, actor=people.ming.pk).count() == 1
    assert [item.count for item in due(people.ming)] == [1]
    row = owner.get(PAGE).context["rows"][0]
    assert (row.moved, row.networks) == (True, ["198.51.100.0/24", "203.0.113.0/24"])
    owner.post(reverse("people:session_know", args=[row.id]))
    assert [item.count for item in due(people.ming)] == [0]
    aged(owner, seen=61)
    assert not owner.get(PAGE).context["rows"][0].moved
    assert logged(Action.SESSION_KNOW) == 1
    assert LogEntry.objects.filter(action=Action.SESSION_MOVE, actor=people.ming.pk).count() == 1


def test_attack_a_copied_cookie_brings_no_confirmation_along(people: SimpleNamespace) -> None:
    owner = browser(people.ming)
    owner.post("/account/reauthenticate/", {"step_up_code": code_of(people.ming)})
    assert owner.get("/me/sign-in/app/").status_code == 200
    thief = moved_to(owner, address="198.51.100.9")
    assert thief.get("/me/sign-in/app/")["Location"].startswith("/account/reauthenticate/")
    assert owner.get("/me/sign-in/app/").status_code == 302


def test_a_changed_password_ends_the_others(people: SimpleNamespace) -> None:
    here, there = browser(people.ming), browser(people.ming)
    new = "violet harbour 93 lanterns"
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(there)) == (True, False)
    assert len(here.get(PAGE).context["rows"]) == 1


def test_signing_out_takes_it_off_the_list(people: SimpleNamespace) -> None:
    client = browser(people.ming)
    copied = moved_to(client)
    assert is_in(copied)
    client.post("/account/logout/")
    assert not is_in(copied)
    assert not UserSession.objects.filter(user=people.ming).exists()


def test_i8_the_list_costs_the_same_however_many(people: SimpleNamespace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(PAGE)
        return len(seen)

    client = browser(people.ming)
    client.get(PAGE)
    one = queries()
    for _ in range(4):
        browser(people.ming)
    assert queries() == one > 0


def test_what_is_over_is_deleted_and_nothing_else(people: SimpleNamespace) -> None:
    here, there = browser(people.ming), browser(people.lin)
    Session.objects.filter(session_key=there.session.session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    UserSession.objects.create(user=people.lin, session_key="gone", ip="0.0.0.0", last_seen_at=timezone.now())
    clear_over()
    assert is_in(here)
    assert [row.user for row in UserSession.objects.all()] == [people.ming]
    assert not Session.objects.filter(expire_date__lte=timezone.now()).exists()
