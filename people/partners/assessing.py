"""Asking a firm the questions, its answers, handing in, taking the result."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.partners.access import get_partner
from people.partners.codes import LinkFor
from people.partners.contacts import contact_of, open_contact
from people.partners.entries import log
from people.partners.errors import NotNow
from people.partners.files import keep_file
from people.partners.links import cancel_links, send_link, use_link
from people.partners.models import Partner
from people.partners.questionnaires import questionnaire_in_force
from people.partners.records import Assessment, AssessmentAnswer, AssessmentEvidence, PartnerLink
from people.partners.scoring import Answer, Score, Weighed, score_of

LINK_WORKS = timedelta(days=14)
MAX_EVIDENCE = 30  # files of one paper


@dataclass(frozen=True, slots=True)
class Given:
    question: UUID
    answer: Answer
    note: str = ""


@transaction.atomic
def ask(*, actor: User, partner_id: UUID, by_firm: bool) -> Assessment:
    """A new paper on the questions in force; `by_firm`: the contact gets a link, else colleagues answer from
    what the firm showed them. One that was open is cancelled.

    Raises Refused, NotNow without a contact.
    """
    partner = get_partner(actor, partner_id, Action.PARTNER_ASK)
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    contact = contact_of(partner.pk)
    if by_firm and contact is None:
        raise NotNow(_("Record whom to reach at the firm first: the link goes to them."))
    for old in Assessment.objects.filter(
        partner=partner, handed_in_at__isnull=True, cancelled_at__isnull=True
    ):
        Assessment.objects.filter(pk=old.pk).update(cancelled_at=timezone.now())
        cancel_links(LinkFor.QUESTIONNAIRE, old.pk)
    made = Assessment.objects.create(
        partner=partner, questionnaire=questionnaire_in_force(), asked_by=actor, by_firm=by_firm
    )
    log(Action.PARTNER_ASK, partner.pk, reason="by_firm" if by_firm else "by_staff")
    if by_firm and contact is not None:
        send_link(
            partner=partner,
            purpose=LinkFor.QUESTIONNAIRE,
            object_id=made.pk,
            expires_at=timezone.now() + LINK_WORKS,
            mail=open_contact(contact).mail,
        )
    return made


@transaction.atomic
def keep_answers(*, assessment: Assessment, given: Iterable[Given]) -> None:
    """Keeps what was answered so far. Answers to other questions than its own are dropped.

    The caller has asked the gate, or holds the link of this very paper. Raises NotNow once it is handed in.
    """
    locked = _open(assessment)
    ours = set(locked.questionnaire.questions.values_list("pk", flat=True))
    for one in given:
        if one.question in ours:
            AssessmentAnswer.objects.update_or_create(
                assessment=locked,
                question_id=one.question,
                defaults={"answer": one.answer, "note": one.note},
            )


@transaction.atomic
def add_evidence(*, assessment: Assessment, question: UUID, data: bytes, by: User | None) -> None:
    """A file to one of its questions. Raises NotNow."""
    locked = _open(assessment)
    found = locked.questionnaire.questions.filter(pk=question).first()
    if found is None or locked.evidence.count() >= MAX_EVIDENCE:
        raise NotNow(_("There is no such question, or there are thirty files already."))
    file = keep_file(partner=locked.partner, data=data, by=by)
    AssessmentEvidence.objects.create(assessment=locked, question=found, file=file)
    log(Action.PARTNER_EVIDENCE, locked.partner_id)


@transaction.atomic
def hand_in(*, assessment: Assessment, by: User | None, link: PartnerLink | None = None) -> Score:
    """The answers are final and the score is counted from them here; no form brings one. One that fails shuts
    the firm at once; one that passes waits for somebody of the house to take it.

    `by` is None for the firm, whose `link` is then used up. Raises NotNow while a question is open.
    """
    locked = _open(assessment)
    if (by is None) != locked.by_firm or (link is not None and not use_link(link)):
        raise NotNow(_("This link no longer works."))
    score, missing = _counted(locked)
    if missing:
        raise NotNow(_("%(count)d questions are still open.") % {"count": missing})
    locked.handed_in_at, locked.handed_in_by = timezone.now(), by
    locked.score, locked.knocked_out = score.percent, score.knocked_out
    locked.passed = score.passes(locked.questionnaire.threshold)
    locked.save()
    cancel_links(LinkFor.QUESTIONNAIRE, locked.pk)
    if not locked.passed:
        Partner.objects.filter(pk=locked.partner_id).update(passed=False)
    log(Action.PARTNER_HAND_IN, locked.partner_id, reason="passed" if locked.passed else "failed")
    return score


@transaction.atomic
def take(*, actor: User, assessment: Assessment) -> None:
    """Somebody who did not hand it in has looked at answers and evidence, and takes the result: the firm has
    passed. Raises Refused, NotNow."""
    partner = get_partner(actor, assessment.partner_id, Action.PARTNER_TAKE)
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if not locked.passed or locked.taken_at is not None:
        raise NotNow(_("Only answers that pass can be taken, and once."))
    if locked.handed_in_by_id == actor.pk:
        raise NotNow(_("Somebody else takes what you handed in."))
    newer = Assessment.objects.filter(partner=partner, handed_in_at__gt=locked.handed_in_at)
    if newer.exists():
        raise NotNow(_("The firm has answered anew since."))
    locked.taken_at, locked.taken_by = timezone.now(), actor
    locked.save(update_fields=["taken_at", "taken_by"])
    Partner.objects.filter(pk=partner.pk).update(passed=True)
    log(Action.PARTNER_TAKE, partner.pk)


def to_take() -> QuerySet[Assessment]:
    """Papers that passed and that nobody has taken, the newest of their firm."""
    newer = Assessment.objects.filter(partner=OuterRef("partner"), handed_in_at__gt=OuterRef("handed_in_at"))
    return Assessment.objects.filter(~Exists(newer), passed=True, taken_at__isnull=True)


def _open(assessment: Assessment) -> Assessment:
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("questionnaire", "partner")
    locked = rows.get(pk=assessment.pk)
    if not locked.is_open:
        raise NotNow(_("It was handed in already."))
    return locked


def _counted(assessment: Assessment) -> tuple[Score, int]:
    """The score as it stands, and how many questions are open."""
    answers = dict(assessment.answers.values_list("question", "answer"))
    weighed = [
        Weighed(
            one.weight, Answer(answers[one.pk]) if one.pk in answers else None, one.knockout, one.may_skip
        )
        for one in assessment.questionnaire.questions.all()
    ]
    return score_of(weighed), sum(one.answer is None for one in weighed)
