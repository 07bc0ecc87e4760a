"""Partner firms for the tests, made through the services."""

import re
from datetime import timedelta
from typing import Any

from django.core import mail
from django.test import Client

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.partners import agreements, assessing, contacts, firms, reviewing, suspending
from people.partners.agreements import Signed
from people.partners.assessing import Given
from people.partners.codes import ASKED, AgreementKind, FirmKind, SuspendedFor
from people.partners.contacts import Reached
from people.partners.models import Partner, PartnerContact, PartnerSuspension
from people.partners.records import Assessment, PartnerLink, PartnerReview
from people.partners.reviewing import Found
from people.partners.scoring import Answer
from people.partners.standing import house_today

PDF = b"%PDF-1.7 signed"
MAIL = "chen@cedar.example"
REACHED = Reached(name="Chen Anran", phone="+8613800138000", mail=MAIL)


def recorded(world: Any, name: str = "Cedar Law") -> Partner:
    """Nothing is known of it yet."""
    with acting_as(Origin(actor=world.lea.pk)):
        return firms.record_partner(actor=world.lea, name=name, kind=FirmKind.LAW)


def with_contact(world: Any, partner: Partner) -> PartnerContact:
    """The contact answered its test just now."""
    with acting_as(Origin(actor=world.lea.pk)):
        contact = contacts.record_contact(actor=world.lea, partner_id=partner.pk, reached=REACHED)
        contacts.test_contact(contact)
        contacts.answer_test(PartnerLink.objects.get(object_id=contact.pk, used_at=None, cancelled_at=None))
    contact.refresh_from_db()
    return contact


def asked(world: Any, partner: Partner, *, by_firm: bool = False) -> Assessment:
    with acting_as(Origin(actor=world.lea.pk)):
        return assessing.ask(actor=world.lea, partner_id=partner.pk, by_firm=by_firm)


def answered(world: Any, partner: Partner, answer: Answer = Answer.YES) -> Assessment:
    """Handed in by lea with the same answer to everything."""
    paper = asked(world, partner)
    with acting_as(Origin(actor=world.lea.pk)):
        given = [Given(one.pk, answer) for one in paper.questionnaire.questions.all()]
        assessing.keep_answers(assessment=paper, given=given)
        assessing.hand_in(assessment=paper, by=world.lea)
    paper.refresh_from_db()
    return paper


def passed(world: Any, partner: Partner) -> Assessment:
    paper = answered(world, partner)
    with acting_as(Origin(actor=world.olivia.pk)):
        assessing.take(actor=world.olivia, assessment=paper)
    return paper


def signed(days: int = 365, kind: AgreementKind = AgreementKind.ENTRUSTMENT) -> Signed:
    today = house_today()
    return Signed(
        kind=kind,
        signed_on=today - timedelta(days=1),
        until=today + timedelta(days=days),
        clauses=frozenset(ASKED[kind]),
    )


def agreed(world: Any, partner: Partner, days: int = 365) -> None:
    with acting_as(Origin(actor=world.lea.pk)):
        made = agreements.record_agreement(
            actor=world.lea, partner_id=partner.pk, signed=signed(days), data=PDF
        )
    with acting_as(Origin(actor=world.olivia.pk)):
        agreements.check_agreement(actor=world.olivia, partner_id=partner.pk, agreement_id=made.pk)


def in_force(world: Any, name: str = "Cedar Law") -> Partner:
    """A firm that has all it needs."""
    partner = recorded(world, name)
    with_contact(world, partner)
    passed(world, partner)
    agreed(world, partner)
    with acting_as(Origin(actor=world.lea.pk)):
        reviewing.record_review(actor=world.lea, partner_id=partner.pk, found=Found(note="all in order"))
    partner.refresh_from_db()
    return partner


def belongs(world: Any, person: User, partner: Partner) -> None:
    with acting_as(Origin(actor=world.lea.pk)):
        firms.join(actor=world.lea, person=person, partner_id=partner.pk)


def suspended(world: Any, partner: Partner) -> PartnerSuspension:
    with acting_as(Origin(actor=world.olivia.pk)):
        made = suspending.suspend(
            actor=world.olivia,
            partner_id=partner.pk,
            reason=SuspendedFor.INCIDENT,
            words="as the test says",
        )
    partner.refresh_from_db()
    return made


def reinstating(world: Any, partner: Partner) -> ApprovalRequest:
    """Asked for by lea."""
    with acting_as(Origin(actor=world.lea.pk)):
        return suspending.ask_reinstate(actor=world.lea, partner_id=partner.pk, reason="it was put right")


def overdue(world: Any, partner: Partner) -> None:
    """The next review was due yesterday."""
    day = house_today() - timedelta(days=1)
    last = partner.reviews.get()
    PartnerReview.objects.create(
        partner=partner,
        assessment=last.assessment,
        contact_answered_at=last.contact_answered_at,
        held_on=day - timedelta(days=365),
        next_due_on=day,
        note="a year ago",
        by=world.lea,
    )
    Partner.objects.filter(pk=partner.pk).update(review_due_on=day)
    partner.refresh_from_db()


def mailed_link() -> str:
    """The path in the newest mail to the contact."""
    found = re.search(r"https?://[^/\s]+(/partners/link/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def arrived(path: str) -> Client:
    """A browser of nobody that opened the link."""
    browser = Client()
    answer = browser.get(path)
    assert answer.status_code == 302, answer.status_code
    return browser
