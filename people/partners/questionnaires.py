"""Versions of the questions: the shipped one, a draft of the next, its coming into force."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.approvals.services import request_approval
from people.partners.access import require_officer
from people.partners.errors import NotNow
from people.partners.records import PartnerQuestion, Questionnaire
from people.partners.texts import SHIPPED, THRESHOLD, Shipped

CODE = "partner.questions"


@dataclass(frozen=True, slots=True)
class Weighing:
    """How a question counts in a draft; a weight of 0 leaves it out."""

    weight: int
    knockout: bool


def questionnaire_in_force() -> Questionnaire:
    """The newest in force; the shipped one is brought in at the first use."""
    found = Questionnaire.objects.filter(in_force_at__isnull=False).order_by("-version").first()
    return found or _bring_in()


@transaction.atomic
def _bring_in() -> Questionnaire:
    with connection.cursor() as cursor:  # two first users at once must not bring it in twice
        cursor.execute("select pg_advisory_xact_lock(hashtext('people.questionnaire'))")
    if found := Questionnaire.objects.filter(version=1).first():
        return found
    made = Questionnaire.objects.create(version=1, threshold=THRESHOLD)
    PartnerQuestion.objects.bulk_create([_row(made, place, one) for place, one in enumerate(SHIPPED, 1)])
    made.in_force_at = timezone.now()
    made.save(update_fields=["in_force_at"])
    return made


def _row(made: Questionnaire, place: int, one: Shipped) -> PartnerQuestion:
    return PartnerQuestion(
        questionnaire=made,
        position=place,
        text_zh=one.zh,
        text_en=one.en,
        why_zh=one.why_zh,
        why_en=one.why_en,
        weight=one.weight,
        knockout=one.knockout,
        may_skip=one.may_skip,
    )


def draft() -> Questionnaire | None:
    return Questionnaire.objects.filter(in_force_at__isnull=True).first()


def waiting_for(questionnaire: Questionnaire) -> ApprovalRequest | None:
    asked = ApprovalRequest.objects.filter(
        action=CODE, state=State.PENDING, params={"questionnaire": str(questionnaire.pk)}
    )
    return next((request for request in asked.order_by("-created_at") if request.is_open), None)


@transaction.atomic
def write_draft(
    *, actor: User, threshold: int, weighing: Mapping[UUID, Weighing], added: Shipped | None = None
) -> Questionnaire:
    """The next version: the questions in force, weighed anew, and one added where it is worded. A draft that
    was there is replaced. It asks nobody anything before another officer agrees.

    Raises Refused, NotNow: nothing left to ask, or it waits for its decision.
    """
    require_officer(actor, Action.PARTNER_QUESTIONS)
    base = questionnaire_in_force()
    Questionnaire.objects.select_for_update().get(pk=base.pk)
    old = draft()
    source = old or base
    if old is not None and waiting_for(old) is not None:
        raise NotNow(_("The draft waits for another officer's decision."))
    kept = [(one, weighing.get(one.pk, Weighing(one.weight, one.knockout))) for one in _questions(source)]
    kept = [(one, how) for one, how in kept if how.weight]
    if not kept:
        raise NotNow(_("A questionnaire asks something."))
    if old is not None:
        old.delete()
    newest = Questionnaire.objects.aggregate(newest=Max("version"))["newest"]
    made = Questionnaire.objects.create(version=newest + 1, threshold=threshold, by=actor)
    rows = [_again(made, place, one, how) for place, (one, how) in enumerate(kept, 1)]
    if added is not None:
        rows.append(_row(made, len(rows) + 1, added))
    PartnerQuestion.objects.bulk_create(rows)
    record_change(Entry(action=Action.PARTNER_QUESTIONS, object_type=ObjectType.PARTNER, object_id=made.pk))
    return made


def _questions(questionnaire: Questionnaire) -> list[PartnerQuestion]:
    return list(questionnaire.questions.order_by("position"))


def _again(made: Questionnaire, place: int, one: PartnerQuestion, how: Weighing) -> PartnerQuestion:
    return PartnerQuestion(
        questionnaire=made,
        position=place,
        text_zh=one.text_zh,
        text_en=one.text_en,
        why_zh=one.why_zh,
        why_en=one.why_en,
        weight=how.weight,
        knockout=how.knockout,
        may_skip=one.may_skip and not how.knockout,
    )


@transaction.atomic
def ask_force(*, actor: User, reason: str) -> ApprovalRequest:
    """Raises Refused, NotNow, ValidationError for the reason."""
    require_officer(actor, Action.PARTNER_QUESTIONS)
    found = draft()
    if found is None or waiting_for(found) is not None:
        raise NotNow(_("There is no draft, or it waits for its decision already."))
    return request_approval(actor=actor, action=CODE, params={"questionnaire": str(found.pk)}, reason=reason)
