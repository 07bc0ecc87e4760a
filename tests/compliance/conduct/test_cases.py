"""A case is heard, decided by two, follows at once, and may be appealed to somebody who decided nothing."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.conduct import deciding, opening
from compliance.conduct.codes import EvidenceKind, Measure, State
from compliance.conduct.models import Commendation, ConductCase, ConductEvidence, ConductText, ConductVote
from compliance.speakup.access import PROTECTED_ACT
from compliance.speakup.codes import Shielding
from compliance.speakup.shields import ShieldedAct
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from people.roles.access import grants_in_force
from people.today import due_for
from people.training.enrolling import late
from tests.cast import client_of
from tests.compliance.conduct.making import SAID, appealed, charge, decided, opened, replied, voted
from tests.compliance.speakup import making as speakup
from tests.people.training.making import course, overdue, taken_by
from tests.vault.records.makers import acting
from vault.records.errors import NotPossible
from vault.sealed.context import Sealed

pytestmark = pytest.mark.django_db
_NOW = timezone.now()
_DECIDED = {"measure": "conduct.talk", "reply_due": _NOW, "decided_at": _NOW, "appeal_due": _NOW}


def test_the_person_is_heard_before_anybody_decides(people: SimpleNamespace) -> None:
    case = opened(people)
    assert case.state == State.OPEN
    with pytest.raises(NotPossible, match="heard first"):
        voted(people.otto, case, Measure.WARNING)
    with pytest.raises(IntegrityError, match="heard first"), transaction.atomic():
        ConductVote.objects.create(case=case, by=people.otto, measure=Measure.WARNING)
    with acting(people.ming):
        deciding.reply(actor=people.ming, case_id=case.pk, words="是为了核对。")
    assert voted(people.otto, case, Measure.WARNING).state == State.OPEN


def test_silence_is_no_shield(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(people)
    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(NotPossible), acting(people.ming):
        deciding.reply(actor=people.ming, case_id=case.pk, words="太晚了。")


def test_both_deciders_must_say_the_same(people: SimpleNamespace) -> None:
    case = replied(people)
    voted(people.otto, case, Measure.WARNING)
    assert voted(people.lea, case, Measure.TALK).state == State.OPEN
    done = voted(people.lea, case, Measure.WARNING)
    assert (done.state, done.measure) == (State.DECIDED, Measure.WARNING)
    entries = LogEntry.objects.using("default").filter(action=Action.CONDUCT_DECIDE, object_id=case.pk)
    assert [entry.reason for entry in entries] == ["conduct.warning"]


def test_retraining_is_owed_at_once(people: SimpleNamespace) -> None:
    track = course(people)
    decided(people, Measure.RETRAINING, proposed=Measure.RETRAINING, track=track)
    enrolment = taken_by(people.ming, track)
    assert enrolment.given_by == people.otto
    assert enrolment.due_at < timezone.now() + timedelta(days=15)
    overdue(enrolment)
    assert late().filter(person_id=people.ming.pk).exists()


def test_a_suspension_ends_the_roles_at_the_gate(people: SimpleNamespace) -> None:
    browser = client_of(people.ming)
    assert browser.get(reverse("vault:clients")).status_code == 200
    case = decided(people, Measure.SUSPENSION)
    assert case.carried_out
    assert not grants_in_force().filter(user=people.ming).exists()
    assert browser.get(reverse("vault:clients")).status_code == 404


def test_the_person_reads_what_is_said_and_the_grounds_but_not_by_whom(people: SimpleNamespace) -> None:
    case = replied(people)
    voted(people.otto, case, Measure.WARNING)
    page = reverse("compliance:conduct_my_case", args=[case.pk])
    shown = client_of(people.ming).get(page).content.decode()
    assert SAID in shown
    assert "事实清楚" not in shown  # not before both have spoken
    voted(people.lea, case, Measure.WARNING)
    shown = client_of(people.ming).get(page).content.decode()
    assert "事实清楚" in shown
    assert "Written warning" in shown
    for name in ("Olivia", "Otto", "Lea", "Lin"):
        assert name not in shown


def test_an_appeal_is_answered_by_somebody_else_and_never_makes_it_worse(people: SimpleNamespace) -> None:
    case = appealed(people)
    assert case.answer_due is not None
    assert any(item.label == "Appeals that wait for your answer" for item in due_for(people.lin))
    with acting(people.lin):
        with pytest.raises(NotPossible, match="never makes it worse"):
            deciding.answer(actor=people.lin, case_id=case.pk, measure=Measure.SUSPENSION, words="加重。")
        deciding.answer(actor=people.lin, case_id=case.pk, measure=Measure.TALK, words="首次。")
    case.refresh_from_db()
    assert (case.state, case.result) == (State.CLOSED, Measure.TALK)


def test_the_time_to_appeal_ends(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    case = decided(people)
    later = timezone.now() + timedelta(days=15)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(NotPossible), acting(people.ming):
        deciding.appeal(actor=people.ming, case_id=case.pk, words="太晚了。")


def test_words_lie_sealed(people: SimpleNamespace) -> None:
    case = opened(people)
    row = ConductText.objects.get(case=case)
    with pytest.raises(Sealed):
        _ = row.text
    with connection.cursor() as cursor:
        cursor.execute("select words from compliance_conducttext where case_id = %s", [case.pk])
        assert SAID.encode() not in bytes(cursor.fetchone()[0])


def test_evidence_links_to_what_there_is(people: SimpleNamespace) -> None:
    case = opened(people)
    entry = LogEntry.objects.values_list("pk", flat=True)[0]  # a read, which commits by itself
    with acting(people.olivia):
        opening.add_evidence(actor=people.olivia, case_id=case.pk, kind=EvidenceKind.ENTRY, object_id=entry)
        with pytest.raises(NotPossible, match="Nothing of this kind"):
            opening.add_evidence(
                actor=people.olivia, case_id=case.pk, kind=EvidenceKind.INCIDENT, object_id=uuid4()
            )
    assert ConductEvidence.objects.get(case=case).object_id == entry


def test_a_protected_reporter_is_no_subject_before_an_officer_agrees(people: SimpleNamespace) -> None:
    report, _code = speakup.reported()
    speakup.protected(report, people.ming, people.otto)
    case = opened(people)
    assert case.state == State.HELD
    page = reverse("compliance:conduct_my_case", args=[case.pk])
    assert client_of(people.ming).get(page).status_code == 404
    request = ApprovalRequest.objects.get(action=PROTECTED_ACT)
    with acting(people.otto):
        assert open_preview(actor=people.otto, request=request) is not None
        decide(actor=people.otto, request=request, verdict=Verdict.APPROVE, reason="looked into")
    case.refresh_from_db()
    assert case.state == State.OPEN
    assert client_of(people.ming).get(page).status_code == 200


def test_a_watched_reporter_is_seen_by_officers(people: SimpleNamespace) -> None:
    report, _code = speakup.reported()
    speakup.protected(report, people.ming, people.otto, Shielding.WATCH)
    assert opened(people).state == State.OPEN
    assert ShieldedAct.objects.get().act == "conduct.open"


def test_commendations(people: SimpleNamespace) -> None:
    with acting(people.olivia):
        opening.commend(actor=people.olivia, person=people.lin, words="及时发现误发并报告。")
        with pytest.raises(NotPossible):
            opening.commend(actor=people.olivia, person=people.olivia, words="自夸。")
    assert (
        "及时发现误发并报告。"
        in client_of(people.lin).get(reverse("compliance:conduct_mine")).content.decode()
    )
    with pytest.raises(IntegrityError, match="commendation_by_another"), transaction.atomic():
        Commendation.objects.create(person=people.lin, by=people.lin, words="x")
    with pytest.raises(IntegrityError, match="commendation_says_something"), transaction.atomic():
        Commendation.objects.create(person=people.lin, by=people.olivia, words="")


def test_attack_deciding_about_oneself_or_twice(people: SimpleNamespace) -> None:
    for wrong in (
        {"first": people.ming},
        {"second": people.otto},
        {"first": people.olivia},
        {"appeal_by": people.lea},
        {"appeal_by": people.ming},
        {"appeal_by": people.olivia},
        {"person": people.olivia},
    ):
        with pytest.raises(NotPossible, match="five people"), acting(people.olivia):
            opening.open_case(actor=people.olivia, charge=charge(people, **wrong))
    assert not ConductCase.objects.exists()


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("conduct_first_is_not_person", {"first": "ming"}),
        ("conduct_second_is_not_person", {"second": "ming"}),
        ("conduct_opened_by_is_not_person", {"opened_by": "ming"}),
        ("conduct_appeal_by_is_not_person", {"appeal_by": "ming"}),
        ("conduct_first_is_not_second", {"second": "otto"}),
        ("conduct_first_is_not_opened_by", {"first": "olivia"}),
        ("conduct_second_is_not_opened_by", {"second": "olivia"}),
        ("conduct_appeal_by_is_not_first", {"appeal_by": "otto"}),
        ("conduct_appeal_by_is_not_second", {"appeal_by": "lea"}),
        ("conduct_appeal_by_is_not_opened_by", {"appeal_by": "olivia"}),
        ("conduct_state_known", {"state": "lost", **_DECIDED}),
        ("conduct_measure_known", {"proposed": "conduct.prison"}),
        ("conduct_retraining_names_a_course", {"proposed": "conduct.retraining"}),
        ("conduct_open_is_heard", {"state": "open"}),
        ("conduct_decided_with_a_measure", {"measure": "conduct.talk"}),
        ("conduct_closed_with_an_answer", {"appeal_measure": "conduct.talk"}),
    ],
)
def test_attack_the_database_refuses_it_too(
    people: SimpleNamespace, rule: str, wrong: dict[str, Any]
) -> None:
    names = {"person": "ming", "opened_by": "olivia", "first": "otto", "second": "lea", "appeal_by": "lin"}
    values = {"proposed": "conduct.talk", "compartment": uuid4(), "key_id": 7, **names, **wrong}
    for name in names:
        values[name] = getattr(people, str(values[name]))
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ConductCase.objects.create(**values)


def test_attack_the_appeal_decided_by_a_decider(people: SimpleNamespace) -> None:
    case = appealed(people)
    for name in ("otto", "lea", "olivia"):
        somebody = getattr(people, name)
        with pytest.raises(Refused), acting(somebody):
            deciding.answer(actor=somebody, case_id=case.pk, measure=Measure.WARNING, words="维持。")
    address = reverse("compliance:conduct_answer", args=[case.pk])
    typed = {"measure": "conduct.none", "words": "撤销。"}
    assert client_of(people.ming).post(address, typed).status_code == 404


def test_attack_reading_the_case_of_another(people: SimpleNamespace) -> None:
    case = decided(people)
    handled, own = (
        reverse(f"compliance:{name}", args=[case.pk]) for name in ("conduct_case", "conduct_my_case")
    )
    for name in ("ada", "lin", "bo", "aud"):  # lin sees it once there is an appeal
        browser = client_of(getattr(people, name))
        assert browser.get(handled).status_code == 404, name
        assert browser.get(own).status_code == 404, name
    assert client_of(people.ming).get(handled).status_code == 404
    assert client_of(people.otto).get(own).status_code == 404


def test_attack_a_decision_forged_in_the_database(people: SimpleNamespace) -> None:
    case = replied(people)
    voted(people.otto, case, Measure.WARNING)
    forged = {"state": State.DECIDED, "measure": Measure.WARNING, "decided_at": timezone.now()}
    changed = ConductCase.objects.filter(pk=case.pk)
    with pytest.raises(IntegrityError, match="both deciders"), transaction.atomic():
        changed.update(appeal_due=timezone.now(), **forged)
    with pytest.raises(IntegrityError, match="who decides stays"), transaction.atomic():
        changed.update(first=people.ada)
    with pytest.raises(IntegrityError, match="no decider"), transaction.atomic():
        ConductVote.objects.create(case=case, by=people.olivia, measure=Measure.WARNING)
    with pytest.raises(IntegrityError, match="is final"), transaction.atomic():
        ConductText.objects.filter(case=case).delete()


def test_attack_mass_assignment(people: SimpleNamespace) -> None:
    case = replied(people)
    typed = {"measure": "conduct.none", "words": "无事。", "state": "decided", "by": str(people.lea.pk)}
    client_of(people.otto).post(reverse("compliance:conduct_vote", args=[case.pk]), typed)
    case.refresh_from_db()
    assert case.state == State.OPEN
    assert [vote.by for vote in case.votes.all()] == [people.otto]
