"""What the pages of firms show, in a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.partners import subprocessing, suspending
from people.partners.access import OFFICER
from people.partners.codes import Lacks, SubState
from people.partners.contacts import contact_of
from people.partners.models import Partner
from people.partners.needs import is_near, needs_of
from people.partners.records import Assessment
from people.partners.standing import lacks, why_no_files
from people.roles.access import has


@dataclass(frozen=True, slots=True)
class Line:
    """A firm in the list; `score` of its newest answers that were handed in."""

    partner: Partner
    lacks: list[Lacks]
    score: int | None
    needed: int | None
    people: int
    soon: Promise | str


def lines() -> list[Line]:
    """Two queries, whatever the number of firms."""
    newest: dict[object, Assessment] = {}
    handed = Assessment.objects.filter(handed_in_at__isnull=False).select_related("questionnaire")
    for one in handed.order_by("partner", "-handed_in_at").distinct("partner"):
        newest[one.partner_id] = one
    firms = Partner.objects.annotate(inside=Count("people", filter=Q(people__left_at__isnull=True)))
    return [_line(firm, newest.get(firm.pk)) for firm in firms.order_by("name")]


def _line(firm: Any, newest: Assessment | None) -> Line:
    return Line(
        firm,
        lacks(firm),
        newest.score if newest else None,
        newest.questionnaire.threshold if newest else None,
        firm.inside,
        soon(firm),
    )


def soon(firm: Partner) -> Promise | str:
    """What of it comes to an end within a month; empty for nothing."""
    if is_near(firm.review_due_on):
        return _("Review due soon")
    return _("Agreement ends soon") if is_near(firm.agreed_until) else ""


def page_of_firm(user: User, firm: Partner) -> dict[str, object]:
    papers = firm.assessments.select_related("questionnaire", "handed_in_by", "taken_by", "asked_by")
    shown = list(papers.order_by("-asked_at")[:20])
    newest = next((one for one in shown if one.handed_in_at), None)  # asking cancels the paper before
    agreements = firm.agreements.select_related("by", "checked_by", "file").defer("file__sealed")
    subprocessors = list(firm.subprocessors.order_by("-named_at"))
    asked = subprocessing.waiting_for(one for one in subprocessors if one.state == SubState.NAMED)
    contact = contact_of(firm.pk)
    suspension = suspending.current(firm)
    return {
        "partner": firm,
        "lacks": lacks(firm),
        "no_files": why_no_files(firm),
        "soon": soon(firm),
        "suspension": suspension,
        "reinstating": suspending.waiting_for(suspension) if suspension else None,
        "people": firm.people.filter(left_at__isnull=True).select_related("person", "by").order_by("since"),
        "needs": needs_of(firm, newest, contact, subprocessors),
        "papers": shown,
        "agreements": agreements.order_by("-signed_on", "-at"),
        "subprocessors": [(one, asked.get(one.pk)) for one in subprocessors],
        "contact": contact,
        "reviews": firm.reviews.select_related("by").order_by("-held_on"),
        "is_officer": has(user, OFFICER),
    }
