"""Each rule of the database refuses what breaks it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.partners import subprocessing
from people.partners.codes import ASKED, AgreementKind, SubState
from people.partners.models import (
    Partner,
    PartnerAgreement,
    PartnerContact,
    PartnerFile,
    PartnerKeys,
    PartnerPerson,
    PartnerSuspension,
    Subprocessor,
)
from people.partners.questionnaires import ask_force, questionnaire_in_force, write_draft
from people.partners.records import (
    Assessment,
    AssessmentAnswer,
    PartnerLink,
    PartnerQuestion,
    PartnerRecall,
    PartnerReview,
    Questionnaire,
)
from people.partners.standing import house_today
from people.partners.subprocessing import Named
from tests.people.helpers import approve
from tests.people.partners.making import (
    agreed,
    answered,
    asked,
    belongs,
    in_force,
    passed,
    recorded,
    reinstating,
    suspended,
    with_contact,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HASH = b"h" * 32


@pytest.fixture
def firm(people: SimpleNamespace) -> Partner:
    return recorded(people)


def _refused(rule: str, model: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        model.objects.create(**values)


def _changed(rule: str, row: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)


def _deleted(rule: str, row: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()


def test_keys(db: None) -> None:
    _refused("partner_keys_is_one", PartnerKeys, id=2, compartment=uuid4(), compartment_key_id=1, key_id=2)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("partner_has_name", {"name": ""}),
        ("partner_kind_known", {"kind": "circus"}),
        ("partner_name_once", {"name": "CEDAR LAW"}),
        ("partner_suspended_as_recorded", {"suspended": True}),
        ("partner_passed_as_answered", {"passed": True}),
        ("partner_agreed_by_agreement", {"agreed_until": "2030-01-01"}),
        ("partner_review_due_by_review", {"review_due_on": "2030-01-01"}),
    ],
)
def test_a_firm(people: SimpleNamespace, firm: Partner, rule: str, wrong: dict[str, Any]) -> None:
    _refused(rule, Partner, **{"name": "Birch", "kind": "law", "created_by": people.lea} | wrong)
    if rule != "partner_name_once":
        _changed(rule, firm, **wrong)


def test_a_firm_stays(firm: Partner) -> None:
    _deleted("partner_stays", firm)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [("partner_file_type_known", {"media_type": "text/html"}), ("partner_file_not_empty", {"size": 0})],
)
def test_a_file(firm: Partner, rule: str, wrong: dict[str, Any]) -> None:
    values = {"partner": firm, "media_type": "application/pdf", "size": 1, "sha256": HASH, "sealed": b"x"}
    _refused(rule, PartnerFile, **values | wrong)


def test_a_person_of_a_firm(people: SimpleNamespace) -> None:
    firm = in_force(people)
    belongs(people, people.bo, firm)
    row = PartnerPerson.objects.get()
    values = {"partner": firm, "by": people.lea}
    _refused("partner_person_of_one_firm", PartnerPerson, person=people.bo, **values)
    _refused("partner_person_from_outside", PartnerPerson, person=people.ming, **values)
    _refused("partner_person_by_another", PartnerPerson, partner=firm, person=people.ben, by=people.ben)
    _changed("partner_person_left_as_a_whole", row, left_at=NOW)
    _changed("partner_person_is_final", row, since=NOW - timedelta(days=9))
    _deleted("partner_person_stays", row)
    suspended(people, firm)
    _changed("partner_person_stays_while_suspended", row, left_at=NOW, left_by=people.olivia)


def test_a_suspension(people: SimpleNamespace) -> None:
    firm = in_force(people)
    values = {"partner": firm, "by": people.lea}
    _refused("partner_suspended_for_known", PartnerSuspension, reason="firm.mood", **values)
    _refused(
        "partner_suspension_begins_open", PartnerSuspension, reason="firm.breach", ended_at=NOW, **values
    )
    made = suspended(people, firm)
    _refused("partner_suspended_once", PartnerSuspension, reason="firm.breach", **values)
    _changed("partner_reinstated_by_two", made, ended_at=NOW)
    _changed("partner_suspension_ends_by_approval", made, approval=reinstating(people, firm))
    _changed("partner_suspension_is_final", made, reason="firm.breach")
    _deleted("partner_suspension_stays", made)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("partner_agreement_has_its_clauses", {"kind": "handshake"}),
        ("partner_agreement_ends_later", {"until": "2020-01-01"}),
        ("partner_agreement_has_its_clauses", {"clauses": ["purpose"]}),
        ("partner_agreement_has_its_clauses", {"kind": "provision"}),
        ("partner_agreement_checked_as_a_whole", {"checked_at": NOW}),
    ],
)
def test_an_agreement(people: SimpleNamespace, firm: Partner, rule: str, wrong: dict[str, Any]) -> None:
    agreed(people, firm)
    file = PartnerFile.objects.create(
        partner=firm, media_type="application/pdf", size=1, sha256=HASH, sealed=b"x"
    )
    values = {
        "partner": firm,
        "kind": "entrustment",
        "signed_on": "2026-01-05",
        "until": "2027-01-05",
        "clauses": [clause.value for clause in ASKED[AgreementKind.ENTRUSTMENT]],
        "file": file,
        "by": people.lea,
    }
    _refused(rule, PartnerAgreement, **values | wrong)
    whole = {"checked_at": NOW, "checked_by": people.lea}
    _refused("partner_agreement_checked_by_another", PartnerAgreement, **values | whole)
    _changed("partner_agreement_is_final", PartnerAgreement.objects.get(), until="2040-01-01")


def test_a_subprocessor(people: SimpleNamespace, firm: Partner) -> None:
    values = {"partner": firm, "name": "Cloud Box", "does": "keeps files", "abroad": False}
    named = Named(name="Cloud Box", does="keeps files", abroad=False)
    one = subprocessing.name_one(partner=firm, named=named, by=None)
    request = subprocessing.put_forward(actor=people.lea, subprocessor_id=one.pk, reason="known to us")
    other = values | {"name": "Other"}
    _refused("subprocessor_is_worded", Subprocessor, **other | {"does": ""})
    _refused("subprocessor_state_known", Subprocessor, **other, state="gone")
    _refused("subprocessor_agreed_by_two", Subprocessor, **other, state=SubState.AGREED)
    _refused("subprocessor_ended_has_time", Subprocessor, **other, state=SubState.ENDED)
    _refused("subprocessor_once", Subprocessor, **values | {"name": "CLOUD BOX"})
    _changed("subprocessor_agreed_by_two", one, state=SubState.AGREED, approval=request)
    approve(people.olivia, request)
    _changed("subprocessor_agreed_by_approval", one, approval=None)
    _changed("subprocessor_is_final", one, name="Cloud Box 2")


def test_a_contact(people: SimpleNamespace, firm: Partner) -> None:
    with_contact(people, firm)
    values = {"partner": firm, "sealed": b"x", "by": people.lea}
    _refused("partner_contact_is_one", PartnerContact, **values)
    over = values | {"replaced_at": NOW}
    _refused("partner_contact_test_has_an_end", PartnerContact, **over, tested_at=NOW)
    _refused("partner_contact_answers_a_test", PartnerContact, **over, answered_at=NOW)


def test_a_questionnaire(people: SimpleNamespace) -> None:
    first = questionnaire_in_force()
    _refused("questionnaire_threshold", Questionnaire, version=7, threshold=49)
    _refused("questionnaire_in_force_by_approval", Questionnaire, version=7, threshold=70, in_force_at=NOW)
    draft = write_draft(actor=people.olivia, threshold=80, weighing={})
    _refused("questionnaire_one_draft", Questionnaire, version=7, threshold=70)
    request = ask_force(actor=people.olivia, reason="as the test says")
    _changed("questionnaire_in_force_by_two", draft, in_force_at=NOW, approval=request)
    _changed("questionnaire_is_final", first, threshold=50)
    _changed("partner_question_is_final", first.questions.first(), weight=1)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("partner_question_in_place", {"position": 1}),
        ("partner_question_is_worded", {"why_en": ""}),
        ("partner_question_weight", {"weight": 11}),
        ("partner_knockout_not_skipped", {"knockout": True, "may_skip": True}),
    ],
)
def test_a_question(people: SimpleNamespace, rule: str, wrong: dict[str, Any]) -> None:
    draft = write_draft(actor=people.olivia, threshold=80, weighing={})
    words = {"text_zh": "问", "text_en": "q", "why_zh": "因", "why_en": "w"}
    values = {"questionnaire": draft, "position": 99, "weight": 3, **words}
    _refused(rule, PartnerQuestion, **values | wrong)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("assessment_one_open", {}),
        ("assessment_handed_in_as_a_whole", {"score": 3, "cancelled_at": NOW}),
        ("assessment_answered_by_whom_it_says", {"by_firm": True, "whom": "lea"}),
        ("assessment_taken_passes", {"taken_at": NOW, "cancelled_at": NOW}),
        ("assessment_score_as_answered", {"handed_in_at": NOW, "score": 1, "whom": "lea"}),
    ],
)
def test_a_paper(people: SimpleNamespace, firm: Partner, rule: str, wrong: dict[str, Any]) -> None:
    paper = asked(people, firm)
    values: dict[str, Any] = {
        "partner": firm,
        "questionnaire": paper.questionnaire,
        "asked_by": people.lea,
        "by_firm": False,
    }
    given = dict(wrong)
    if given.pop("whom", None):
        given |= {"handed_in_at": NOW, "handed_in_by": people.lea, "knocked_out": 4, "passed": False}
        given.setdefault("score", 0)
    knocked = sum(one.knockout for one in paper.questionnaire.questions.all())
    if "knocked_out" in given:
        given["knocked_out"] = knocked
    _refused(rule, Assessment, **values | given)


def test_a_paper_that_was_handed_in(people: SimpleNamespace, firm: Partner) -> None:
    paper = answered(people, firm)
    _changed("assessment_is_final", paper, score=99)
    _changed("assessment_taken_by_another", paper, taken_at=NOW, taken_by=people.lea)
    _changed("assessment_answers_are_final", paper.answers.first(), answer="no")
    _deleted("assessment_answers_are_final", paper.answers.first())


def test_an_answer(people: SimpleNamespace, firm: Partner) -> None:
    paper = asked(people, firm)
    question = paper.questionnaire.questions.first()
    _refused("assessment_answer_known", AssessmentAnswer, assessment=paper, question=question, answer="so")
    AssessmentAnswer.objects.create(assessment=paper, question=question, answer="yes")
    _refused("assessment_answer_once", AssessmentAnswer, assessment=paper, question=question, answer="no")
    draft = write_draft(actor=people.olivia, threshold=80, weighing={})
    other = draft.questions.first()
    _refused(
        "assessment_answers_its_questions", AssessmentAnswer, assessment=paper, question=other, answer="no"
    )


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("partner_review_has_note", {"note": ""}),
        ("partner_review_next_is_later", {"next": 0}),
        ("partner_review_each_year", {"next": 367}),
        ("partner_review_each_year", {"held": 3}),
        ("partner_review_on_fresh_answers", {"fresh": False}),
        ("partner_review_contact_answered", {"contact_answered_at": NOW - timedelta(days=400)}),
    ],
)
def test_a_review(people: SimpleNamespace, firm: Partner, rule: str, wrong: dict[str, Any]) -> None:
    contact = with_contact(people, firm)
    paper = passed(people, firm) if wrong.get("fresh", True) else answered(people, firm)
    held = house_today() + timedelta(days=wrong.get("held", 0))
    values = {
        "partner": firm,
        "assessment": paper,
        "contact_answered_at": wrong.get("contact_answered_at", contact.answered_at),
        "held_on": held,
        "next_due_on": held + timedelta(days=wrong.get("next", 365)),
        "note": wrong.get("note", "in order"),
        "by": people.lea,
    }
    _refused(rule, PartnerReview, **values)


def test_a_review_is_final(people: SimpleNamespace) -> None:
    firm = in_force(people)
    _changed("partner_review_is_final", firm.reviews.get(), note="other")


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("partner_link_purpose_known", {"purpose": "fun"}),
        ("partner_link_expires_later", {"expires_at": NOW - timedelta(days=1)}),
        ("partner_link_used_or_cancelled", {"used_at": NOW, "cancelled_at": NOW}),
    ],
)
def test_a_link(firm: Partner, rule: str, wrong: dict[str, Any]) -> None:
    values = {
        "partner": firm,
        "purpose": "contact",
        "object_id": uuid4(),
        "token_hash": HASH,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=1),
    }
    _refused(rule, PartnerLink, **values | wrong)


def test_a_recall(people: SimpleNamespace, firm: Partner) -> None:
    values = {"partner": firm, "deal_id": uuid4(), "asked_at": NOW, "due_at": NOW + timedelta(days=15)}
    _refused("recall_due_later", PartnerRecall, **values | {"due_at": NOW})
    _refused("recall_certified_as_a_whole", PartnerRecall, **values, certified_at=NOW)
    certified = {"certified_at": NOW, "signed_as": "Chen", "how": "destroyed"}
    _refused("recall_has_evidence", PartnerRecall, **values, **certified)
    _refused("recall_checked_after", PartnerRecall, **values, checked_at=NOW, checked_by=people.lea)
    PartnerRecall.objects.create(**values)
    _refused("recall_one_open", PartnerRecall, **values)
