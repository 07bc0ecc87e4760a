"""A firm comes into force step by step, stays for a year, and is shut by whatever is missing."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from people.arrears import arrears_of
from people.locks.standing import shuts
from people.notices.models import Notice
from people.partners import (
    agreements,
    assessing,
    contacts,
    firms,
    questionnaires,
    reviewing,
    subprocessing,
    suspending,
)
from people.partners.agreements import Signed
from people.partners.assessing import Given
from people.partners.codes import ASKED, AgreementKind, Clause, Lacks, SubState
from people.partners.errors import NotNow
from people.partners.models import PartnerContact, Subprocessor
from people.partners.records import Questionnaire
from people.partners.reviewing import Found
from people.partners.scoring import Answer
from people.partners.standing import house_today, is_shut, lacks, partners_receiving
from people.partners.subprocessing import Named
from people.partners.tasks import keep_firms
from people.partners.texts import SHIPPED
from people.today import due_for
from tests.cast import client_of
from tests.people.helpers import approve, logged, refuse
from tests.people.partners.making import (
    PDF,
    agreed,
    answered,
    arrived,
    asked,
    belongs,
    in_force,
    mailed_link,
    overdue,
    passed,
    recorded,
    reinstating,
    signed,
    suspended,
    with_contact,
)

pytestmark = pytest.mark.django_db


def test_a_firm_needs_all_of_it(people: SimpleNamespace) -> None:
    firm = recorded(people)
    assert lacks(firm) == [Lacks.NOT_PASSED, Lacks.NO_AGREEMENT, Lacks.NOT_REVIEWED]
    for step in (passed, agreed):
        with pytest.raises(NotNow):
            reviewing.record_review(actor=people.lea, partner_id=firm.pk, found=Found(note="too early"))
        step(people, firm)
        assert is_shut(firm.pk)
    with pytest.raises(NotNow, match="contact"):
        reviewing.record_review(actor=people.lea, partner_id=firm.pk, found=Found(note="too early"))
    with_contact(people, firm)
    reviewing.record_review(actor=people.lea, partner_id=firm.pk, found=Found(note="in order"))
    firm.refresh_from_db()
    assert not is_shut(firm.pk)
    assert lacks(firm) == []
    assert firm.review_due_on == house_today() + timedelta(days=365)
    assert logged(Action.PARTNER_REVIEW, firm.pk) == 1


def test_the_shipped_questions_are_whole() -> None:
    assert len(SHIPPED) >= 20
    assert len({one.zh for one in SHIPPED}) == len({one.en for one in SHIPPED}) == len(SHIPPED)
    assert sum(one.knockout for one in SHIPPED) >= 3


def test_what_opens_for_its_people_follows_the_firm(people: SimpleNamespace) -> None:
    firm = in_force(people)
    belongs(people, people.bo, firm)
    assert not arrears_of(people.bo)
    assert not shuts(people.bo.pk)
    overdue(people, firm)
    assert [one.code for one in arrears_of(people.bo)] == ["arrears.firm"]
    assert shuts(people.bo.pk)
    assert not shuts(people.ben.pk)


def test_an_agreement_that_ended_shuts(people: SimpleNamespace) -> None:
    firm = recorded(people)
    with_contact(people, firm)
    passed(people, firm)
    today = house_today()
    ended = Signed(
        kind=AgreementKind.PROVISION,
        signed_on=today - timedelta(days=30),
        until=today - timedelta(days=1),
        clauses=frozenset(ASKED[AgreementKind.PROVISION]),
    )
    made = agreements.record_agreement(actor=people.lea, partner_id=firm.pk, signed=ended, data=PDF)
    agreements.check_agreement(actor=people.olivia, partner_id=firm.pk, agreement_id=made.pk)
    firm.refresh_from_db()
    assert Lacks.NO_AGREEMENT in lacks(firm)


def test_an_agreement_has_the_clauses_of_the_law(people: SimpleNamespace) -> None:
    """PIPL 21 names them; nothing is recorded without."""
    firm = recorded(people)
    for clause in ASKED[AgreementKind.ENTRUSTMENT]:
        whole = signed()
        lacking = Signed(
            kind=whole.kind, signed_on=whole.signed_on, until=whole.until, clauses=whole.clauses - {clause}
        )
        with pytest.raises(NotNow, match="lacks"):
            agreements.record_agreement(actor=people.lea, partner_id=firm.pk, signed=lacking, data=PDF)
    assert Clause.CONSENT in ASKED[AgreementKind.PROVISION]


def test_who_recorded_an_agreement_does_not_check_it(people: SimpleNamespace) -> None:
    firm = recorded(people)
    made = agreements.record_agreement(actor=people.lea, partner_id=firm.pk, signed=signed(), data=PDF)
    with pytest.raises(NotNow, match="Somebody else"):
        agreements.check_agreement(actor=people.lea, partner_id=firm.pk, agreement_id=made.pk)


def test_the_papers_are_kept_sealed(people: SimpleNamespace) -> None:
    firm = recorded(people)
    made = agreements.record_agreement(actor=people.lea, partner_id=firm.pk, signed=signed(), data=PDF)
    contact = with_contact(people, firm)
    assert PDF not in bytes(made.file.sealed)
    assert b"Chen" not in bytes(contact.sealed)
    address = reverse("people:partner_file", args=[made.file_id])
    assert client_of(people.lea).get(address).content == PDF
    assert client_of(people.ada).get(address).status_code == 404


def test_answers_that_fail_shut_at_once(people: SimpleNamespace) -> None:
    firm = in_force(people)
    paper = answered(people, firm, Answer.PARTLY)
    assert (paper.score, paper.passed) == (50, False)
    assert is_shut(firm.pk)


def test_a_knock_out_fails_whatever_the_score(people: SimpleNamespace) -> None:
    firm = recorded(people)
    paper = asked(people, firm)
    questions = list(paper.questionnaire.questions.order_by("position"))
    first = next(one for one in questions if one.knockout)
    given = [Given(one.pk, Answer.NO if one == first else Answer.YES) for one in questions]
    assessing.keep_answers(assessment=paper, given=given)
    score = assessing.hand_in(assessment=paper, by=people.lea)
    assert score.percent > 90
    assert score.knocked_out == 1
    paper.refresh_from_db()
    assert not paper.passed


def test_whoever_handed_in_does_not_take_the_result(people: SimpleNamespace) -> None:
    firm = recorded(people)
    paper = answered(people, firm)
    with pytest.raises(NotNow):
        assessing.take(actor=people.lea, assessment=paper)
    assessing.take(actor=people.otto, assessment=paper)
    firm.refresh_from_db()
    assert firm.passed


def test_the_firm_answers_by_its_link(people: SimpleNamespace, django_capture_on_commit_callbacks) -> None:
    firm = recorded(people)
    with_contact(people, firm)
    with django_capture_on_commit_callbacks(execute=True):
        paper = asked(people, firm, by_firm=True)
    browser, address = arrived(mailed_link()), reverse("people:partner_link")
    page = browser.get(address)
    assert page.status_code == 200
    count = paper.questionnaire.questions.count()
    typed = {f"a-{place}": "yes" for place in range(1, count + 1)}
    assert browser.post(address, {"a-1": "yes", "act": "keep"}).status_code == 302
    assert paper.answers.count() == 1
    assert browser.post(address, typed | {"act": "hand_in"}).status_code == 200
    paper.refresh_from_db()
    assert (paper.score, paper.passed, paper.handed_in_by) == (100, True, None)
    firm.refresh_from_db()
    assert not firm.passed  # until somebody of the house takes it
    assessing.take(actor=people.lea, assessment=paper)


def test_a_new_subprocessor_stops_files_until_two_agree(people: SimpleNamespace) -> None:
    firm = in_force(people)
    assert partners_receiving().filter(pk=firm.pk).exists()
    named = Named(name="Cloud Box", does="keeps the files", abroad=False)
    one = subprocessing.name_one(partner=firm, named=named, by=None)
    assert not partners_receiving().filter(pk=firm.pk).exists()
    request = subprocessing.put_forward(actor=people.lea, subprocessor_id=one.pk, reason="known to us")
    approve(people.olivia, request)
    one.refresh_from_db()
    assert one.state == SubState.AGREED
    assert partners_receiving().filter(pk=firm.pk).exists()
    other = subprocessing.name_one(
        partner=firm, named=Named(name="Other Box", does="copies", abroad=True), by=people.lea
    )
    refuse(people.olivia, subprocessing.put_forward(actor=people.lea, subprocessor_id=other.pk, reason="new"))
    other.refresh_from_db()
    assert other.state == SubState.REFUSED
    assert partners_receiving().filter(pk=firm.pk).exists()
    assert Subprocessor.objects.filter(partner=firm).count() == 2


def test_suspension_ends_by_two(people: SimpleNamespace) -> None:
    firm = in_force(people)
    belongs(people, people.bo, firm)
    suspended(people, firm)
    assert is_shut(firm.pk)
    request = reinstating(people, firm)
    assert is_shut(firm.pk)
    approve(people.olivia, request)
    assert not is_shut(firm.pk)
    assert logged(Action.PARTNER_REINSTATE, firm.pk) == 1


def test_what_else_is_missing_keeps_it_shut(people: SimpleNamespace) -> None:
    firm = in_force(people)
    suspended(people, firm)
    overdue(people, firm)
    request = reinstating(people, firm)
    approve(people.olivia, request)
    firm.refresh_from_db()
    assert not firm.suspended
    assert lacks(firm) == [Lacks.REVIEW_OVERDUE]


def test_the_clock_reminds_then_suspends(people: SimpleNamespace) -> None:
    firm = in_force(people)
    keep_firms()
    firm.refresh_from_db()
    assert not firm.suspended
    assert not Notice.objects.filter(kind="partner.review").exists()
    overdue(people, firm)
    keep_firms()
    keep_firms()
    firm.refresh_from_db()
    assert firm.suspended
    assert logged(Action.PARTNER_SUSPEND, firm.pk) == 1
    assert Notice.objects.filter(kind="partner.suspended", person=people.olivia).exists()


def test_the_clock_reminds_of_an_agreement_that_ends(people: SimpleNamespace) -> None:
    """What shuts the firm without anybody's doing is said before."""
    firm = recorded(people)
    agreed(people, firm, days=20)
    keep_firms()
    keep_firms()
    told = Notice.objects.filter(kind="partner.agreement")
    assert set(told.values_list("person", flat=True)) == {people.olivia.pk, people.otto.pk, people.lea.pk}
    assert told.count() == 3
    assert "Agreements with partner firms that end within a month" in {
        str(item.label) for item in due_for(people.lea)
    }


def test_the_clock_tests_the_contact(people: SimpleNamespace, django_capture_on_commit_callbacks) -> None:
    firm = recorded(people)
    contact = with_contact(people, firm)
    keep_firms()
    contact.refresh_from_db()
    before = contact.tested_at
    PartnerContact.objects.update(
        tested_at=timezone.now() - timedelta(days=340),
        answer_by=timezone.now() - timedelta(days=339),
        answered_at=timezone.now() - timedelta(days=340),
    )
    with django_capture_on_commit_callbacks(execute=True):
        keep_firms()
    contact.refresh_from_db()
    assert contact.tested_at > before
    assert mail.outbox[-1].to == ["chen@cedar.example"]
    browser = arrived(mailed_link())
    assert browser.post(reverse("people:partner_link")).status_code == 200
    contact.refresh_from_db()
    assert contact.answered_at > contact.tested_at
    assert not contacts.unanswered().exists()


def test_leaving_needs_an_officer_and_a_firm_that_is_not_suspended(people: SimpleNamespace) -> None:
    firm = in_force(people)
    belongs(people, people.bo, firm)
    with pytest.raises(Refused):
        firms.leave(actor=people.lea, partner_id=firm.pk, person_id=people.bo.pk)
    firms.leave(actor=people.olivia, partner_id=firm.pk, person_id=people.bo.pk)
    assert not firm.people.filter(left_at__isnull=True).exists()


def test_questions_come_into_force_by_two(people: SimpleNamespace) -> None:
    first = questionnaires.questionnaire_in_force()
    draft = questionnaires.write_draft(actor=people.olivia, threshold=90, weighing={})
    assert questionnaires.questionnaire_in_force() == first
    request = questionnaires.ask_force(actor=people.olivia, reason="stricter from now on")
    approve(people.otto, request)
    now = questionnaires.questionnaire_in_force()
    assert (now.pk, now.threshold) == (draft.pk, 90)
    assert now.questions.count() == first.questions.count()
    assert Questionnaire.objects.count() == 2


def test_the_day_names_what_waits(people: SimpleNamespace) -> None:
    firm = recorded(people)
    agreements.record_agreement(actor=people.lea, partner_id=firm.pk, signed=signed(), data=PDF)
    labels = {str(item.label) for item in due_for(people.olivia)}
    assert "Agreements of partner firms to check" in labels
    assert "Agreements of partner firms to check" not in {str(item.label) for item in due_for(people.lea)}
    assert not any("partner firms" in str(item.label) for item in due_for(people.ming))


def test_a_person_sees_their_firm_and_nothing_else(people: SimpleNamespace) -> None:
    firm = in_force(people)
    belongs(people, people.bo, firm)
    browser = client_of(people.bo)
    assert "Cedar Law" in browser.get(reverse("people:my_firm")).content.decode()
    assert reverse("people:my_firm") in browser.get(reverse("people:me")).content.decode()
    assert reverse("people:my_firm") not in client_of(people.ben).get(reverse("people:me")).content.decode()
    assert browser.get(reverse("people:partner", args=[firm.pk])).status_code == 404
    assert client_of(people.ben).get(reverse("people:my_firm")).status_code == 404


def test_suspending_ends_sessions_and_links(people: SimpleNamespace) -> None:
    firm = in_force(people)
    belongs(people, people.bo, firm)
    browser = client_of(people.bo)
    assert browser.get(reverse("people:my_firm")).status_code == 200
    stops = suspending.what_stops(firm)
    assert stops.people == 1
    suspended(people, firm)
    assert browser.get(reverse("people:my_firm")).status_code == 302  # to the sign-in


@pytest.fixture(autouse=True)
def somebody_acts() -> object:
    with acting_as(Origin()):
        yield
