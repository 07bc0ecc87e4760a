"""What somebody tries who has the picture, or a number, and not the phone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.actions import Action, Reason, Result
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.accounts import links
from people.guests import pending
from people.guests.limits import Limit, spend
from people.guests.models import GuestPhone
from people.guests.pending import GOOD_FOR, TRIES, Typed, Why
from people.guests.tasks import send_code
from people.invitations.services import CannotInvite, accept, resend, revoke
from tests.cast import client_of, sign_in
from tests.people.guests.conftest import DEAL
from tests.people.helpers import logged
from tests.texting import NUMBER, OTHER, Texts, asked, come_in, path_of, scanned, typed

pytestmark = pytest.mark.django_db


def test_attack_a_forwarded_picture_gives_nothing(hand, texts: Texts) -> None:
    """Whoever scans it sees no number; the code goes to the invited one."""
    stranger = scanned(path_of(hand().address))
    page = stranger.get(reverse("people:guest")).content.decode()
    assert "8000" not in page
    assert "Wang" not in page
    asked(stranger)
    assert [one["to"] for one in texts.all()] == [NUMBER]
    assert typed(stranger, texts.wrong()).status_code == 200
    assert "_auth_user_id" not in stranger.session
    assert stranger.get(reverse("people:nda", args=[DEAL])).status_code == 302


def test_attack_a_number_sent_along_goes_nowhere(hand, texts: Texts) -> None:
    browser = scanned(path_of(hand().address))
    browser.post(reverse("people:guest_send"), {"number": OTHER, "to": OTHER})
    assert [one["to"] for one in texts.all()] == [NUMBER]


def test_attack_the_link_does_not_open_by_the_way_of_a_password(hand, texts: Texts) -> None:
    invitation, address = hand()
    browser = scanned(path_of(address))
    typed_in = {"password": "violet harbour 93 lanterns", "again": "violet harbour 93 lanterns"}
    assert browser.post("/welcome/", typed_in)["Location"] == reverse("people:guest")
    invitation.person.refresh_from_db()
    assert not invitation.person.has_usable_password()
    assert accept(invitation=invitation, password="violet harbour 93 lanterns") is None


def test_attack_a_code_is_nothing_in_another_browser(hand, texts: Texts) -> None:
    path = path_of(hand().address)
    first, second = scanned(path), scanned(path)
    asked(first)
    code = texts.code()
    asked(second)  # its own code is another
    if code != texts.code():
        assert typed(second, code).status_code == 200
    assert typed(Client(), code)["Location"] == reverse("people:phone")
    assert typed(first, code).status_code == 302


def test_attack_guessing_ends_after_five_tries(hand, texts: Texts) -> None:
    invitation, address = hand()
    browser = scanned(path_of(address))
    asked(browser)
    for _ in range(TRIES - 1):
        assert typed(browser, texts.wrong()).status_code == 200
    assert typed(browser, texts.wrong())["Location"] == reverse("people:guest")
    assert typed(browser, texts.code())["Location"] == reverse("people:phone")  # the right one, too late
    failed = LogEntry.objects.filter(action=Action.PHONE_FAIL, object_id=invitation.person_id)
    assert failed.count() == TRIES
    assert set(failed.values_list("reason", flat=True)) == {Reason.WRONG_CODE, Reason.TRIED_TOO_OFTEN}


def test_attack_guesses_at_the_same_moment_are_counted_before_they_are_compared(texts: Texts) -> None:
    ask = pending.begin(Why.SIGN_IN, person=uuid4())
    code = pending.new_code(ask)
    assert code
    guesses = [f"{(int(code) + step) % 10**6:06}" for step in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda guess: pending.take(ask, guess), guesses))
    assert answers.count(Typed.WRONG) == TRIES - 1
    assert pending.take(ask, code) is Typed.OVER


def test_attack_a_code_counts_once_also_at_the_same_moment() -> None:
    for _ in range(10):
        ask = pending.begin(Why.SIGN_IN, person=uuid4())
        code = pending.new_code(ask)
        assert code
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda typed: pending.take(ask, typed), [code] * 4))  # noqa: B023
        assert answers.count(Typed.RIGHT) == 1


def test_a_code_is_good_for_five_minutes(hand, texts: Texts) -> None:
    browser = scanned(path_of(hand().address))
    asked(browser)
    ask_id = browser.session["phone_ask"]
    name = f"phone-code:{ask_id}:code"
    assert 0 < cache._cache.get_client().ttl(cache.make_key(name)) <= GOOD_FOR == 300
    cache.delete(name)  # as Valkey does when the time is over
    assert typed(browser, texts.code()).status_code == 200
    assert "_auth_user_id" not in browser.session


def test_attack_a_used_link_and_a_replaced_one_and_an_expired_one(
    people: SimpleNamespace, hand, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(hand().address)
    come_in(path, texts)
    assert Client().get(path).status_code == 410
    second = hand(OTHER, deal_id=uuid4())
    waiting = scanned(path_of(second.address))
    asked(waiting)
    handed = resend(actor=people.lea, invitation=second.invitation, code_name="Willow")
    assert handed
    assert typed(waiting, texts.code()).status_code == 410  # the right code for a link that ended
    assert "_auth_user_id" not in waiting.session
    monkeypatch.setattr(links, "valid_for", lambda _: timedelta(microseconds=1))
    third = hand("+8613700137000", deal_id=uuid4())
    assert Client().get(path_of(third.address)).status_code == 410


def test_attack_a_revoked_invitation_with_the_code_in_hand(
    people: SimpleNamespace, hand, texts: Texts
) -> None:
    invitation, address = hand()
    browser = scanned(path_of(address))
    asked(browser)
    revoke(actor=people.lea, invitation=invitation)
    assert typed(browser, texts.code()).status_code == 410
    assert asked(browser).status_code == 410
    assert len(texts.all()) == 1


def test_attack_one_invitation_cannot_have_a_phone_flooded(hand, texts: Texts) -> None:
    """Five an hour go to a number, whichever browsers ask."""
    path = path_of(hand().address)
    for _ in range(7):
        asked(scanned(path))
    assert len(texts.all()) == 5
    page = asked(scanned(path))
    assert page["Location"] == reverse("people:guest")
    refused = LogEntry.objects.filter(action=Action.PHONE_ASK, result=Result.REFUSED)
    assert refused.filter(reason=Reason.FLOODED).exists()


def test_attack_link_and_sign_in_share_the_count_of_a_number(hand, texts: Texts) -> None:
    come_in(path_of(hand().address), texts)
    for _ in range(6):
        browser = Client()
        browser.post(reverse("people:phone"), {"number": NUMBER})
        if "phone_ask" in browser.session:
            send_code(browser.session["phone_ask"])
    assert len(texts.all()) == 5


def test_attack_numbers_cannot_be_tried_out_from_one_network(texts: Texts) -> None:
    most = Limit.NETWORK.value[2]
    answers = [
        Client().post(reverse("people:phone"), {"number": f"+86138001{step:05}"}).status_code
        for step in range(most + 3)
    ]
    assert answers == [302] * most + [200] * 3
    assert texts.all() == []


def test_attack_the_house_sends_so_many_an_hour_and_no_more(hand, texts: Texts, settings: Any) -> None:
    settings.SMS_AN_HOUR = 1
    asked(scanned(path_of(hand().address)))
    answer = asked(scanned(path_of(hand(OTHER).address)))
    assert answer["Location"] == reverse("people:guest")
    assert [one["to"] for one in texts.all()] == [NUMBER]


def test_attack_counts_added_at_the_same_moment_are_all_counted(texts: Texts) -> None:
    with ThreadPoolExecutor(8) as pool:
        fit = list(pool.map(lambda _: spend(Limit.NUMBER, "a number"), range(40)))
    assert sum(fit) == Limit.NUMBER.value[2]


def test_a_job_that_is_delivered_twice_sends_once(hand, texts: Texts) -> None:
    come_in(path_of(hand().address), texts)
    browser = Client()
    browser.post(reverse("people:phone"), {"number": NUMBER})
    before = len(texts.all())
    for _ in range(2):
        send_code(browser.session["phone_ask"])
    send_code("0" * 32)  # forgotten meanwhile
    assert len(texts.all()) == before + 1


def test_attack_nobody_adds_a_number_to_an_account_that_is_there(people: SimpleNamespace, hand) -> None:
    """A lead who could would come in as its person, into other deals, by a code to their own phone."""
    with pytest.raises(CannotInvite):
        hand(email=people.bo.email)
    assert not GuestPhone.objects.filter(person=people.bo).exists()


def test_attack_a_code_asked_for_by_one_confirms_nothing_for_another(
    people: SimpleNamespace, hand, texts: Texts
) -> None:
    """The ask of a guest, taken into the session of somebody else who is signed in."""
    guest = come_in(path_of(hand().address), texts)
    guest.post(reverse("people:phone_again"), {"next": "/"})
    other = client_of(people.bo)
    session = other.session
    session["phone_ask"] = guest.session["phone_ask"]
    session.save()
    assert typed(other, texts.code())["Location"] == reverse("people:phone")
    assert other.session["_auth_user_id"] == str(people.bo.pk)
    assert "sms" not in [one["method"] for one in other.session.get("account_authentication_methods", [])]


def test_attack_the_confirmation_leads_to_no_other_site(hand, texts: Texts) -> None:
    guest = come_in(path_of(hand().address), texts)
    guest.post(reverse("people:phone_again"), {"next": "https://evil.example/"})
    assert typed(guest, texts.code())["Location"] == "/"


def test_attack_a_session_planted_before_is_not_the_guests(hand, texts: Texts) -> None:
    browser = scanned(path_of(hand().address))
    planted = browser.session.session_key
    asked(browser)
    typed(browser, texts.code())
    assert browser.session.session_key != planted
    thief = Client()
    thief.cookies["session"] = planted
    assert thief.get(reverse("people:duties")).status_code == 302


def test_a_provider_that_is_down_is_told_calmly_and_logged(hand, texts: Texts, settings: Any) -> None:
    settings.SMS_KEY_SECRET = "another"
    invitation, address = hand()
    browser = scanned(path_of(address))
    assert asked(browser)["Location"] == reverse("people:guest")
    assert "could not be sent" in browser.get(reverse("people:guest")).content.decode()
    failed = LogEntry.objects.filter(action=Action.PHONE_SEND, object_id=invitation.person_id)
    assert failed.filter(result=Result.FAILED, reason="sms.refused").count() == 1


def test_i7_no_number_in_the_log_the_queue_or_the_addresses(
    hand, texts: Texts, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    come_in(path_of(hand().address), texts)
    browser = Client()
    answer = browser.post(reverse("people:phone"), {"number": NUMBER})
    assert "138" not in answer["Location"]
    send_code(browser.session["phone_ask"])
    digits = NUMBER.removeprefix("+86").encode()
    assert not any(digits in bytes(leaf) for leaf in LogEntry.objects.values_list("leaf", flat=True))
    queue = cache._cache.get_client()
    kept = [queue.dump(key) or b"" for key in queue.keys("*")]
    assert kept
    assert not any(digits in one for one in kept)
    assert digits.decode() not in caplog.text
    assert all(digits.decode() not in str(item) for item in browser.session.items())


def test_i1_without_the_log_no_code_is_sent(hand, texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    from audit import grouping

    browser = scanned(path_of(hand().address))

    def down(*_: object) -> None:
        raise grouping.LogUnavailable

    monkeypatch.setattr(grouping, "submit", down)
    assert asked(browser).status_code == 503
    assert texts.all() == []


def test_staff_do_not_come_in_by_phone(people: SimpleNamespace, texts: Texts) -> None:
    """A number on a staff account would change nothing: only guests who were invited are let in."""
    with acting_as(Origin()):
        browser = Client()
        sign_in(browser, people.ming)
    assert browser.get(reverse("people:phone_again")).status_code == 404
    assert logged(Action.PHONE_SEND, people.ming.pk) == 0
