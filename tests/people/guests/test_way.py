"""From the scanned picture to the undertaking, and back another day."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from people.accounts.models import Kind, User
from people.guests.models import GuestPhone, PhoneKeys
from people.guests.tasks import send_code
from people.invitations import registry
from people.invitations.models import Invitation
from people.invitations.services import CannotInvite, invite, revoke
from tests.people.guests.conftest import DEAL, GROUP
from tests.people.helpers import logged, set_up_app
from tests.texting import NUMBER, Texts, asked, come_in, path_of, scanned, typed

pytestmark = pytest.mark.django_db


def _returns(number: str = NUMBER) -> Client:
    """Somebody types a number, and the worker does what it has to."""
    browser = Client()
    answer = browser.post(reverse("people:phone"), {"number": number})
    assert answer["Location"] == reverse("people:guest_code")
    send_code(browser.session["phone_ask"])
    return browser


def test_picture_code_undertaking(people: SimpleNamespace, hand, texts: Texts) -> None:
    invitation, address = hand()
    browser = scanned(path_of(address))
    page = browser.get(reverse("people:guest")).content.decode()
    assert people.lea.display_name in page
    assert texts.all() == []  # opening it sends nothing
    asked(browser)
    assert texts.all()[0]["to"] == NUMBER
    answer = typed(browser, texts.code())
    assert answer["Location"] == reverse("people:nda", args=[DEAL])
    assert browser.get(answer["Location"]).status_code == 200
    person = invitation.person
    assert (person.kind, person.has_usable_password()) == (Kind.OUTSIDE, False)
    for action in (Action.PHONE_SET, Action.PHONE_PROVE):
        assert logged(action, person.pk) == 1
    assert logged(Action.PHONE_SEND, person.pk) == 1
    assert logged(Action.INVITATION_ACCEPT, invitation.pk) == 1
    assert mail.outbox == []


def test_the_message_names_the_product_and_the_site_and_no_deal(hand, texts: Texts) -> None:
    _invitation, address = hand()
    asked(scanned(path_of(address)))
    text = texts.all()[0]["text"]
    assert text.startswith("Sealroom: ")
    assert text.endswith(f"\n\n@localhost #{texts.code()}")
    assert str(DEAL) not in text
    assert "Wang" not in text


def test_the_session_is_marked_and_ends_after_half_a_day_whatever_is_done_in_it(hand, texts: Texts) -> None:
    browser = come_in(path_of(hand().address), texts)
    assert [one["method"] for one in browser.session[AUTHENTICATION_METHODS_SESSION_KEY]] == ["sms"]
    row = Session.objects.get(pk=browser.session.session_key)
    until = row.expire_date
    assert timedelta(hours=11) < until - timezone.now() <= timedelta(hours=12)
    browser.get(reverse("people:nda", args=[DEAL]))  # which writes into the session
    again = Session.objects.get(pk=browser.session.session_key).expire_date
    assert abs(again - until) < timedelta(seconds=2)
    Session.objects.filter(pk=row.pk).update(expire_date=timezone.now())
    assert browser.get(reverse("people:duties")).status_code == 302


def test_back_by_number_and_code(hand, texts: Texts) -> None:
    invitation, address = hand()
    come_in(path_of(address), texts)
    browser = _returns("138 0013 8000")
    assert texts.all()[-1]["to"] == NUMBER
    assert typed(browser, texts.code())["Location"] == reverse("deals:rooms")
    assert browser.session["_auth_user_id"] == str(invitation.person_id)


def test_an_unknown_number_is_answered_the_same_and_gets_nothing(hand, texts: Texts) -> None:
    come_in(path_of(hand().address), texts)
    sent = len(texts.all())
    known, unknown = _returns(), _returns("+8613700137000")
    assert len(texts.all()) == sent + 1
    for code in ("000000", "111111", "222222", "333333"):
        wrong = code if code != texts.code() else "444444"
        first, second = typed(known, wrong), typed(unknown, wrong)
        assert (first.status_code, first.headers.get("Location")) == (
            second.status_code,
            second.headers.get("Location"),
        )
        assert _plain(first) == _plain(second)
    assert typed(known, "555555")["Location"] == typed(unknown, "555555")["Location"]


def _plain(answer: Any) -> str:
    """The page without what is drawn anew each time."""
    text: str = answer.content.decode()
    token = str(answer.context["csrf_token"])
    return text.replace(token, "")


@pytest.mark.parametrize("gone", ["revoked", "disabled", "dormant", "not yet come"])
def test_who_may_not_come_back_gets_no_message(
    people: SimpleNamespace, hand, texts: Texts, gone: str
) -> None:
    invitation, address = hand()
    if gone != "not yet come":
        come_in(path_of(address), texts)
    before = len(texts.all())
    if gone == "revoked":
        revoke(actor=people.lea, invitation=invitation)
    if gone == "disabled":
        User.objects.filter(pk=invitation.person_id).update(is_active=False, disabled_at=timezone.now())
    if gone == "dormant":
        long_ago = timezone.now() - timedelta(days=61)
        GuestPhone.objects.update(proved_at=long_ago, used_at=long_ago)
    _returns()
    assert len(texts.all()) == before


def test_a_known_number_is_the_same_account_in_another_deal(hand, texts: Texts) -> None:
    first = hand()
    come_in(path_of(first.address), texts)
    second = hand(deal_id=uuid4(), display_name="Wang")
    assert second.invitation.person == first.invitation.person
    come_in(path_of(second.address), texts)
    assert Invitation.objects.filter(accepted_at__isnull=False).count() == 2


def test_a_number_long_unused_is_another_persons(hand, texts: Texts) -> None:
    """Operators give numbers out anew: who has it now does not get the account of who had it."""
    first = hand()
    old = come_in(path_of(first.address), texts)
    long_ago = timezone.now() - timedelta(days=61)
    GuestPhone.objects.update(proved_at=long_ago, used_at=long_ago)
    second = hand(deal_id=uuid4(), display_name="Somebody else")
    assert second.invitation.person != first.invitation.person
    assert old.get(reverse("people:duties")).status_code == 302
    assert logged(Action.PHONE_END, first.invitation.person_id) == 1


def test_i7_the_number_is_sealed(hand, texts: Texts) -> None:
    come_in(path_of(hand().address), texts)
    row = GuestPhone.objects.get()
    assert NUMBER.encode() not in bytes(row.number)
    assert b"13800138000" not in bytes(row.number)
    assert PhoneKeys.objects.count() == 1
    entry = LogEntry.objects.filter(action=Action.PHONE_SEND, object_id=row.person_id).latest("at")
    assert row.key_id in entry.keys


def test_who_has_an_app_is_asked_for_it_as_well(hand, texts: Texts) -> None:
    browser = come_in(path_of(hand().address), texts)
    set_up_app(browser)
    back = _returns()
    assert typed(back, texts.code())["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in back.session


def test_before_an_app_is_set_up_the_code_is_asked_for_once_more(
    hand, texts: Texts, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = come_in(path_of(hand().address), texts)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    app = reverse("people:factor_app")
    asks = browser.get(app)
    assert asks["Location"].startswith(reverse("people:phone_again"))
    assert browser.get(asks["Location"]).status_code == 200
    browser.post(asks["Location"], {"next": app})
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    assert typed(browser, texts.code())["Location"] == app
    assert browser.get(app).status_code == 200


def test_there_is_no_password_to_change(hand, texts: Texts) -> None:
    browser = come_in(path_of(hand().address), texts)
    assert browser.get(reverse("account_change_password"))["Location"] == reverse("people:factors")
    assert reverse("account_change_password") not in browser.get(reverse("people:me")).content.decode()
    assert browser.get(reverse("account_reauthenticate"))["Location"].startswith(
        reverse("people:phone_again")
    )


def test_a_portal_can_be_landed_in(hand, texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way does not know rooms: what registers itself is reached by the same picture and code."""
    monkeypatch.setattr(registry, "_landings", dict(registry._landings))
    portal = registry.Landing(
        address=lambda _: "/me/", title=lambda _: "Portal", home=lambda: "/me/duties/", undertaking=False
    )
    registry.register_landing("portal", portal)
    browser = scanned(path_of(hand(landing="portal").address))
    assert "Portal" in browser.get(reverse("people:guest")).content.decode()
    asked(browser)
    assert typed(browser, texts.code())["Location"] == "/me/"
    assert typed(_returns(), texts.code())["Location"] == "/me/duties/"


def test_the_time_a_link_works_is_the_houses(hand, settings: Any) -> None:
    settings.INVITATION_HOURS = 5
    link = hand().invitation.link
    assert link.expires_at - link.created_at == timedelta(hours=5)


def test_by_mail_as_before(people: SimpleNamespace, hand, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite(
            actor=people.lea,
            deal_id=DEAL,
            group_id=GROUP,
            email="a@example.test",
            display_name="A",
            code_name="Willow",
        )
    assert not invitation.by_phone
    assert "72" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("phone_set_by_another", {"set_by": "person"}),
        ("phone_proved_before_used", {"used_at": timezone.now()}),
        ("people_guestphone_lookup_key", {"lookup": "taken"}),
    ],
)
def test_what_the_database_refuses(people: SimpleNamespace, hand, name: str, changed: dict[str, Any]) -> None:
    taken = hand().invitation.person.phone
    row = {
        "person": people.bo,
        "number": b"sealed",
        "lookup": b"0" * 16,
        "key_id": 7,
        "set_by": people.lea,
        "set_at": timezone.now(),
        **changed,
    }
    row["set_by"] = people.bo if row["set_by"] == "person" else row["set_by"]
    row["lookup"] = bytes(taken.lookup) if row["lookup"] == "taken" else row["lookup"]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        GuestPhone.objects.create(**row)


def test_the_database_keeps_numbers_and_invitations_whole(people: SimpleNamespace, hand) -> None:
    invitation = hand().invitation
    with pytest.raises(IntegrityError, match="phone_never_changes"), transaction.atomic():
        GuestPhone.objects.filter(person=invitation.person).update(number=b"another")
    with pytest.raises(IntegrityError, match="invitation_leads_somewhere"), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(landing="")
    with pytest.raises(IntegrityError, match="phone_keys_is_one"), transaction.atomic():
        PhoneKeys.objects.create(id=2, compartment=UUID(int=1), compartment_key_id=1, index_key_id=1)


def test_a_number_needs_an_undertaking_and_an_open_account(people: SimpleNamespace, hand) -> None:
    hand()
    with pytest.raises(CannotInvite):
        hand()  # invited already
    with pytest.raises(CannotInvite):
        hand("+8613900139000", nda_kind="friend")  # there is no such text
    User.objects.update(is_active=False, disabled_at=timezone.now())
    with pytest.raises(CannotInvite):
        hand(deal_id=uuid4())
