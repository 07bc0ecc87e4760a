"""Follow-ups: one key shows and logs the number until the call is noted; nobody else's, nothing more."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people import today
from tests.cast import client_of
from tests.vault.records.makers import ZHANG, acting, add, let_in
from tests.vault.relations.makers import PHONE, followup_of, person_in
from vault.purposes.lawfulness import NotLawful
from vault.records.books import remove_member
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook, Level
from vault.relations.communications.models import Communication, Outcome
from vault.relations.communications.services import Contact
from vault.relations.followups.models import FollowUp, FollowUpState, Repeat
from vault.relations.followups.services import UNNOTED, Task, call, drop, hand_over, note_call, set_followup

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NOTED = {"outcome": "reached", "text": "约好周五看资料", "channel": "call", "direction": "out"}


def address(name: str, followup: FollowUp) -> str:
    return reverse(f"vault:{name}", args=[followup.pk])


def reveals(client: Client) -> list[LogEntry]:
    return list(LogEntry.objects.using("audit").filter(action=Action.CLIENT_REVEAL, object_id=client.pk))


def test_one_key_shows_the_number_alone_and_the_note_of_the_call_masks_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    followup = followup_of(client, people.ming, note="问定金到账没有")
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:followups")).content.decode()
    assert "138****8000" in page
    assert PHONE not in page
    assert "定金" not in page

    shown = browser.post(address("followup_call", followup), headers=HTMX)
    text = shown.content.decode()
    assert f'href="tel:{PHONE}"' in text
    assert "问定金到账没有" in text
    assert not [ZHANG[name] for name in ("email", "address", "name") if ZHANG[name] in text]
    assert "no-store" in shown["Cache-Control"]
    [entry] = reveals(client)
    assert (entry.purpose, entry.reason) == (followup.purpose, "call")
    assert entry.fields == ["client.contact", "phone", "followup.note"]
    assert entry.subjects == [client.pk]

    noted = browser.post(address("followup_note", followup), NOTED, headers=HTMX).content.decode()
    assert PHONE not in noted
    followup.refresh_from_db()
    assert (followup.state, followup.shown_at) == (FollowUpState.DONE, None)
    said = Communication.objects.get(followup=followup)
    assert (said.outcome, said.channel) == ("reached", "call")
    assert "周五".encode() not in bytes(said.words)
    assert browser.post(address("followup_call", followup)).status_code == 404


def test_without_scripts_the_number_goes_by_itself_and_a_bad_note_does_not_show_it_again(
    people: SimpleNamespace, book: ClientBook
) -> None:
    followup = followup_of(add(book), people.ming)
    browser = client_of(people.ming)
    shown = browser.post(address("followup_call", followup))
    assert PHONE in shown.content.decode()
    assert shown["Refresh"] == f"600; url={reverse('vault:followups')}"
    bad = browser.post(address("followup_note", followup), NOTED | {"outcome": "bribed"})
    assert bad.status_code == 422
    assert PHONE not in bad.content.decode()
    assert "约好周五看资料" in bad.content.decode()  # what was typed is kept
    assert browser.post(address("followup_note", followup), NOTED).status_code == 302


def test_a_bad_note_beside_the_number_swaps_the_form_alone(people: SimpleNamespace, book: ClientBook) -> None:
    followup = followup_of(add(book), people.ming)
    browser = client_of(people.ming)
    answer = browser.post(address("followup_note", followup), {"outcome": "x"}, headers=HTMX)
    assert answer["HX-Retarget"] == f"#note-{followup.pk}"
    masked = browser.get(address("followup_number", followup), headers=HTMX).content.decode()
    assert "138****8000" in masked
    assert PHONE not in masked


def test_attack_a_colleague_calls_my_follow_up(people: SimpleNamespace, book: ClientBook) -> None:
    followup = followup_of(add(book), people.ming)
    let_in(book, people.lin, Level.MANAGE)  # even who manages the book: it is Ming's call
    browser = client_of(people.lin)
    for name in ("followup_call", "followup_note", "followup_put_off", "followup_drop"):
        assert browser.post(address(name, followup), NOTED).status_code == 404
    assert "138****8000" not in browser.get(reverse("vault:followups")).content.decode()
    assert not reveals(followup.client)


def test_attack_an_agent_taken_out_of_the_book_calls_on(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lin)
    followup = followup_of(add(book), people.lin)
    with acting(people.ming):
        remove_member(actor=people.ming, book_id=book.pk, user=people.lin)
    browser = client_of(people.lin)
    assert browser.post(address("followup_call", followup)).status_code == 404
    assert "138****" not in browser.get(reverse("vault:followups")).content.decode()


def test_attack_numbers_read_off_one_after_another_without_noting_a_call(
    people: SimpleNamespace, book: ClientBook
) -> None:
    followups = [followup_of(person_in(book), people.ming) for _ in range(UNNOTED + 1)]
    with acting(people.ming):
        for followup in followups[:UNNOTED]:
            call(actor=people.ming, followup_id=followup.pk)
        with pytest.raises(NotPossible):
            call(actor=people.ming, followup_id=followups[-1].pk)
        assert not reveals(followups[-1].client)
        refused = LogEntry.objects.using("audit").get(object_id=followups[-1].pk, result="refused")
        assert (refused.action, refused.reason) == (Action.FOLLOWUP_CALL, "calls_unnoted")
        call(actor=people.ming, followup_id=followups[0].pk)  # the one in hand may be shown again
        with pytest.raises(NotPossible):
            drop(actor=people.ming, followup_id=followups[0].pk)
        note_call(actor=people.ming, followup_id=followups[0].pk, contact=Contact(outcome=Outcome.NO_ANSWER))
        call(actor=people.ming, followup_id=followups[-1].pk)
    answer = client_of(people.ming).post(address("followup_call", followup_of(person_in(book), people.ming)))
    assert answer.status_code == 422


def test_attack_a_client_kept_for_storage_only_is_called(people: SimpleNamespace, book: ClientBook) -> None:
    followup = followup_of(add(book), people.ming)
    Client.objects.filter(pk=followup.client_id).update(state="stop_use")
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:followups")).content.decode()
    assert "138****" not in page
    assert address("followup_call", followup) not in page
    assert browser.post(address("followup_call", followup)).status_code == 404
    followup.refresh_from_db()
    assert followup.shown_at is None


def test_attack_a_purpose_that_the_book_does_not_know(people: SimpleNamespace, book: ClientBook) -> None:
    followup = followup_of(add(book), people.ming)
    FollowUp.objects.filter(pk=followup.pk).update(purpose="deal")  # by SQL, past the form
    answer = client_of(people.ming).post(address("followup_call", followup))
    assert answer.status_code == 422
    assert PHONE not in answer.content.decode()
    followup.refresh_from_db()
    assert followup.shown_at is None
    with acting(people.ming), pytest.raises(NotLawful):
        set_followup(
            actor=people.ming,
            client_id=followup.client_id,
            task=Task(due_at=timezone.now(), purpose="deal"),
        )


def test_a_repeating_one_comes_again_with_its_note(people: SimpleNamespace, book: ClientBook) -> None:
    followup = followup_of(add(book), people.ming, note="每周回访", repeat=Repeat.WEEKLY)
    with acting(people.ming):
        note_call(actor=people.ming, followup_id=followup.pk, contact=Contact())
        again = FollowUp.objects.get(state=FollowUpState.OPEN)
        assert again.due_at > timezone.now() + timedelta(days=6)
        assert again.repeat == Repeat.WEEKLY
        assert call(actor=people.ming, followup_id=again.pk).note == "每周回访"


def test_handing_over_to_who_works_there_and_to_nobody_else(
    people: SimpleNamespace, book: ClientBook
) -> None:
    followup = followup_of(add(book), people.ming)
    with acting(people.ming), pytest.raises(NotPossible):
        hand_over(actor=people.ming, followup_id=followup.pk, to=people.lin)
    let_in(book, people.lin, Level.READ)
    with acting(people.ming), pytest.raises(NotPossible):
        hand_over(actor=people.ming, followup_id=followup.pk, to=people.lin)
    let_in(book, people.lin)
    answer = client_of(people.ming).post(address("followup_hand_over", followup), {"to": str(people.lin.pk)})
    assert answer.status_code == 302
    with acting(people.ming), pytest.raises(Refused):
        call(actor=people.ming, followup_id=followup.pk)
    with acting(people.lin):
        assert call(actor=people.lin, followup_id=followup.pk).phone == PHONE


def test_the_day_tells_what_is_due_and_what_is_not_noted(people: SimpleNamespace, book: ClientBook) -> None:
    late = followup_of(person_in(book), people.ming, due_at=timezone.now() - timedelta(hours=20))
    followup_of(person_in(book), people.ming, due_at=timezone.now() + timedelta(days=3))
    with acting(people.ming), translation.override("en"):
        call(actor=people.ming, followup_id=late.pk)
        counts = {str(item.label): item.count for item in today.due_for(people.ming)}
        assert counts.get("Follow-ups overdue") == 1
        assert counts.get("Calls to note") == 1
        assert "Follow-ups overdue" not in {str(item.label) for item in today.due_for(people.lin)}
    page = client_of(people.ming).get(reverse("vault:followups"), {"view": "all"})
    assert [line.part for line in page.context["lines"]] == ["overdue", "later"]
    assert client_of(people.ming).get(reverse("vault:followups")).context["waiting"] == 1


def test_put_off_and_dropped(people: SimpleNamespace, book: ClientBook) -> None:
    followup = followup_of(add(book), people.ming)
    browser = client_of(people.ming)
    assert browser.post(address("followup_put_off", followup), {"until": "week"}).status_code == 302
    followup.refresh_from_db()
    assert followup.due_at > timezone.now() + timedelta(days=5)
    assert browser.post(address("followup_put_off", followup), {"until": "never"}).status_code == 302
    assert browser.post(address("followup_drop", followup)).status_code == 302
    followup.refresh_from_db()
    assert followup.state == FollowUpState.DROPPED


def test_i8_the_list_costs_the_same_for_2_and_40(people: SimpleNamespace, book: ClientBook) -> None:
    browser = client_of(people.ming)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("vault:followups"))
        return len(captured)

    for _ in range(2):
        followup_of(person_in(book), people.ming)
    cost()
    few = cost()
    for _ in range(38):
        followup_of(person_in(book), people.ming)
    assert cost() == few


def test_the_database_refuses(people: SimpleNamespace, book: ClientBook) -> None:
    followup = followup_of(add(book), people.ming)
    then = timezone.now()
    refused: list[tuple[dict[str, object], str]] = [
        ({"purpose": "profit"}, "followup_purpose_known"),
        ({"reason": "other"}, "followup_reason_known"),
        ({"repeat": 3}, "followup_repeat_known"),
        ({"state": "done"}, "followup_ended_has_time"),
        ({"state": "done", "ended_at": then, "shown_at": then}, "followup_shown_is_open"),
    ]
    for values, constraint in refused:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            FollowUp.objects.filter(pk=followup.pk).update(**values)
