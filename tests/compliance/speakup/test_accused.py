"""Whom a report accuses sees nothing of it, by no address and in no number, even as an officer."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.speakup import handling
from compliance.speakup.access import stranded, which_cases
from compliance.speakup.codes import Says, State
from compliance.speakup.models import Accused, SpeakUpCase
from people.accounts.models import User
from people.approvals.access import to_decide
from people.roles.access import forget
from people.roles.services import end_grant
from people.shielding import hidden_from
from people.today import due_for
from tests.cast import client_of
from tests.compliance.speakup import making
from tests.compliance.speakup.making import page
from tests.vault.records.makers import acting

pytestmark = pytest.mark.django_db


def addresses(case: SpeakUpCase, accused: User) -> list[tuple[str, str, dict[str, Any]]]:
    words = {"words": "看看", "outcome": "speakup.unfounded"}
    posted: list[tuple[str, dict[str, Any]]] = [
        *((name, {}) for name in ("_acknowledge", "_investigate", "_hand_on")),
        *((name, words) for name in ("_answer", "_note", "_close")),
        ("_accuse", {"user": str(accused.pk)}),
        ("_protect", {"user": str(accused.pk), "shielding": "wait", "agreed": "on"}),
    ]
    found = [("post", page(name, case.pk), data) for name, data in posted]
    found.append(("post", page("_clear", case.pk, accused.pk), {}))
    found.append(("get", page("_case", case.pk), {}))
    return found


def tried(browser: Client, case: SpeakUpCase, accused: User) -> list[int]:
    return [
        getattr(browser, method)(address, data).status_code
        for method, address, data in addresses(case, accused)
    ]


def state_of(case: SpeakUpCase) -> Any:
    row = SpeakUpCase.objects.filter(pk=case.pk).values().get()
    return (
        row,
        case.texts.count(),
        list(case.accused.values_list("user", flat=True)),
        case.protections.count(),
    )


def test_attack_the_accused_officer_tries_every_address(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    making.accused(case, people.otto, people.olivia)
    before, browser = state_of(case), client_of(people.otto)
    assert set(tried(browser, case, people.otto)) == {404}
    nothing = SimpleNamespace(pk=uuid4())
    assert set(tried(browser, nothing, people.otto)) == {404}  # type: ignore[arg-type]
    assert state_of(case) == before
    assert client_of(people.olivia).get(page("_case", case.pk)).status_code == 200


@pytest.mark.parametrize("name", ["ada", "ming", "lea", "bo", "sam", "aud"])
def test_attack_somebody_who_handles_none_tries_every_address(people: SimpleNamespace, name: str) -> None:
    case, _code = making.reported()
    before, user = state_of(case), getattr(people, name)
    assert set(tried(client_of(user), case, user)) == {404}
    assert state_of(case) == before


def test_attack_the_accused_officer_reads_lists_numbers_and_the_day(people: SimpleNamespace) -> None:
    """What Otto is shown is the same with the report that accuses him and without it."""

    def shown() -> list[str]:
        forget(people.otto)
        browser = client_of(people.otto)
        told = [f"{item.label} {item.count}" for item in due_for(people.otto)]
        return [browser.get(page("_cases")).content.decode(), *told, str(to_decide(people.otto).count())]

    making.reported()
    without = shown()
    case, _code = making.reported()
    assert shown() != without
    making.accused(case, people.otto, people.olivia)
    making.at(case, State.INVESTIGATING, people.olivia)
    making.protected(case, people.lin, people.olivia)
    assert [text for text in shown() if case.short in text] == []
    assert [_plain(text) for text in shown()] == [_plain(text) for text in without]


def _plain(text: str) -> str:
    """Without the token of the page's forms, which is another one each time."""
    import re

    return re.sub(r"[A-Za-z0-9]{64}", "", text)


def test_attack_the_accused_officer_reads_the_log(people: SimpleNamespace) -> None:
    """Entries about the report are not shown to him, one by one or together; to the others they are."""
    case, _code = making.reported()
    client_of(people.olivia).get(page("_case", case.pk))
    making.accused(case, people.otto, people.olivia)
    making.at(case, State.ACKNOWLEDGED, people.olivia)
    about = list(LogEntry.objects.filter(object_id=case.pk))
    assert len(about) > 4
    assert all(entry.subjects in ([case.pk], []) for entry in about)  # no entry names whom it accuses
    today = timezone.localdate().isoformat()
    views = [
        reverse("compliance:log") + f"?action=speakup.*&since={today}",
        reverse("compliance:log") + f"?object={case.pk}",
        reverse("compliance:log_today", args=[people.olivia.pk]),
        reverse("compliance:log_export") + f"?format=jsonl&action=speakup.*&since={today}",
    ]
    short = str(case.pk)[-8:]
    for address in views:
        assert short in _text(client_of(people.olivia), address), address
        assert short in _text(client_of(people.aud), address) or "export" in address, address
        # The page repeats what was asked for; of an entry it has nothing.
        hidden = _text(client_of(people.otto), address).replace(str(case.pk), "")
        assert short not in hidden.replace(f"Object: …{short}", ""), address
        assert "Olivia acknowledged" not in hidden, address
    for entry in about:
        for name in ("log_entry", "entry_proof"):
            address = reverse(f"compliance:{name}", args=[entry.pk])
            assert client_of(people.otto).get(address).status_code == 404, name
    first = reverse("compliance:log_entry", args=[about[0].pk])
    assert client_of(people.olivia).get(first).status_code == 200


def _text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    if answer.status_code == 404:
        return ""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return bytes(body).decode()


def test_somebody_steps_aside_and_a_mark_is_taken_back_by_the_others(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    answer = client_of(people.olivia).post(page("_accuse", case.pk), {"user": str(people.olivia.pk)})
    assert answer["Location"] == page("_cases")
    assert client_of(people.olivia).get(page("_case", case.pk)).status_code == 404
    client_of(people.otto).post(page("_clear", case.pk, people.olivia.pk))
    assert client_of(people.olivia).get(page("_case", case.pk)).status_code == 200
    assert not Accused.objects.exists()


def test_when_every_officer_is_accused_the_outside_auditor_has_it(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    assert not which_cases(people.aud).exists()
    making.accused(case, people.otto, people.olivia)
    assert not which_cases(people.aud).exists()
    making.accused(case, people.olivia, people.olivia)
    assert list(which_cases(people.aud)) == [case]
    assert not stranded(people.ada).exists()
    browser = client_of(people.aud)
    assert making.HAPPENED in browser.get(page("_case", case.pk)).content.decode()
    browser.post(page("_acknowledge", case.pk))
    case.refresh_from_db()
    assert case.state == State.ACKNOWLEDGED


def test_where_nobody_is_left_an_administrator_is_told_that_and_nothing_else(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    making.accused(case, people.aud, people.olivia)
    making.accused(case, people.otto, people.olivia)
    making.accused(case, people.olivia, people.olivia)
    assert not which_cases(people.aud).exists()
    told = [str(item.label) for item in due_for(people.ada)]
    assert any("appoint an outside auditor" in label for label in told)
    assert set(tried(client_of(people.ada), case, people.ada)) == {404}
    for user in (people.olivia, people.otto, people.aud):
        assert not any("nobody may handle" in str(item.label) for item in due_for(user))


def test_a_report_kept_from_the_officers(people: SimpleNamespace) -> None:
    """Its reporter said that it concerns one of them: they never see it, until it is handed on."""
    case, _code = making.reported(apart=True)
    assert case.apart
    for officer in (people.olivia, people.otto):
        assert set(tried(client_of(officer), case, officer)) == {404}
        assert case.pk in hidden_from(officer)
    making.accused(case, people.otto, people.aud)
    with acting(people.aud):
        handling.hand_on(actor=people.aud, case_id=case.pk)
    assert list(which_cases(people.olivia)) == [case]
    assert not which_cases(people.otto).exists()
    with acting(people.aud), pytest.raises(Refused):
        handling.acknowledge(actor=people.aud, case_id=case.pk)


def test_without_an_auditor_nobody_can_choose_one(people: SimpleNamespace) -> None:
    field = 'name="apart"'
    assert field in Client().get(page("")).content.decode()
    with acting_as(Origin()):
        end_grant(making.grant_of(people.aud), "revoked")  # type: ignore[arg-type]
    assert field not in Client().get(page("")).content.decode()
    case, _code = making.reported(apart=True)  # sent all the same
    assert not case.apart


def test_what_officers_note_is_theirs(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    making.at(case, State.ACKNOWLEDGED, people.olivia)
    browser = client_of(people.olivia)
    browser.post(page("_note", case.pk), {"words": "先查门禁"})
    browser.post(page("_answer", case.pk), {"words": "已开始调查", "final": "on"})
    said = list(case.texts.order_by("number").values_list("says", "by"))
    assert said[-2:] == [(Says.NOTE, people.olivia.pk), (Says.ANSWER, people.olivia.pk)]
    case.refresh_from_db()
    assert case.answered_on == timezone.localdate()
