"""The yearly review, its reminders, and what the clock does to a firm that nobody reviewed."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.notices.services import notify
from people.partners.access import OFFICER, get_partner
from people.partners.contacts import TESTED_EACH, contact_of
from people.partners.entries import log
from people.partners.errors import NotNow
from people.partners.models import Partner
from people.partners.records import Assessment, PartnerReview
from people.partners.standing import house_today
from people.roles.access import grants_giving

EACH = timedelta(days=365)
FRESH = timedelta(days=90)  # answers that a review can stand on
REMINDED = (30, 14, 3)  # days before


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    note: str
    drill_on: date | None = None
    training_on: date | None = None


@transaction.atomic
def record_review(*, actor: User, partner_id: UUID, found: Found) -> PartnerReview:
    """The firm was looked at and may go on for a year. The first one opens it.

    Raises Refused; NotNow: no fresh answers that were taken, no agreement in force, no contact that answered
    within the year.
    """
    partner = get_partner(actor, partner_id, Action.PARTNER_REVIEW)
    locked = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    today = house_today()
    answers = _fresh_answers(locked, today)
    contact = contact_of(locked.pk)
    if answers is None or not locked.passed:
        raise NotNow(_("The questionnaire was not answered and taken within the last 90 days."))
    if locked.agreed_until is None or locked.agreed_until < today:
        raise NotNow(_("There is no checked agreement in force."))
    if contact is None or contact.answered_at is None or contact.answered_at.date() < today - TESTED_EACH:
        raise NotNow(_("The incident contact has not answered a test within the year."))
    review = PartnerReview.objects.create(
        partner=locked,
        assessment=answers,
        contact_answered_at=contact.answered_at,
        held_on=today,
        next_due_on=today + EACH,
        drill_on=found.drill_on,
        training_on=found.training_on,
        note=found.note,
        by=actor,
    )
    Partner.objects.filter(pk=locked.pk).update(review_due_on=review.next_due_on)
    log(Action.PARTNER_REVIEW, locked.pk)
    return review


def _fresh_answers(partner: Partner, today: date) -> Assessment | None:
    taken = Assessment.objects.filter(
        partner=partner, taken_at__isnull=False, handed_in_at__date__gte=today - FRESH
    )
    return taken.order_by("-handed_in_at").first()


def due_within(days: int) -> QuerySet[Partner]:
    """Firms whose review is due by then and not overdue."""
    today = house_today()
    return Partner.objects.filter(review_due_on__gte=today, review_due_on__lte=today + timedelta(days=days))


def ending_within(days: int) -> QuerySet[Partner]:
    """Firms whose newest checked agreement ends by then and has not ended."""
    today = house_today()
    return Partner.objects.filter(agreed_until__gte=today, agreed_until__lte=today + timedelta(days=days))


def overdue() -> QuerySet[Partner]:
    return Partner.objects.filter(review_due_on__lt=house_today())


def remind() -> None:
    """Officers and whoever recorded the firm, a month, two weeks and three days before a review is due or an
    agreement ends. Safe to run twice."""
    officers = [grant.user for grant in grants_giving(OFFICER).select_related("user")]
    for days in REMINDED:
        for partner in due_within(days).select_related("created_by"):
            key = f"{partner.pk}.{partner.review_due_on}.{days}"
            notify("partner.review", [*officers, partner.created_by], object_id=partner.pk, key=key)
        for partner in ending_within(days).select_related("created_by"):
            key = f"{partner.pk}.{partner.agreed_until}.{days}"
            notify("partner.agreement", [*officers, partner.created_by], object_id=partner.pk, key=key)
