"""Whether a firm is in force: what every gate asks, of the database and of nothing that is remembered.

A firm opens what its people were given only while it is not suspended, answered the questionnaire well
enough, has a checked agreement that has not ended and a review that is not overdue. Anything missing shuts
it; nobody has to notice. All of it stands in the firm's one row, so a gate asks an index and a row.
"""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now, TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.sentences import register_codes
from people import arrears
from people.accounts.models import User
from people.arrears import Arrear
from people.partners.codes import Lacks, SubState
from people.partners.models import Partner, PartnerPerson, Subprocessor
from people.partners.records import PartnerRecall

ARREAR = Arrear(
    code="arrears.firm",
    words=_("The firm that you come for may not be given anything at the moment."),
    page="people:my_firm",
)


def house_today() -> date:
    """The house's day, whatever zone the viewer is in."""
    return timezone.localdate(timezone=ZoneInfo(settings.TIME_ZONE))


def in_force(prefix: str = "") -> Q:
    """Of firms; with a prefix, of rows that lead to one. The day is the database's, since gates keep their
    questions (people.kept)."""
    today = TruncDate(Now(), tzinfo=ZoneInfo(settings.TIME_ZONE))
    return Q(
        **{
            f"{prefix}suspended": False,
            f"{prefix}passed": True,
            f"{prefix}agreed_until__gte": today,
            f"{prefix}review_due_on__gte": today,
        }
    )


def partners_in_force() -> QuerySet[Partner]:
    return Partner.objects.filter(in_force())


def people_of_shut_firms() -> "QuerySet[PartnerPerson, Any]":
    """For `people.arrears`: everybody whose firm is not in force. What the gates ask along."""
    belonging = PartnerPerson.objects.filter(left_at__isnull=True)
    return belonging.filter(~in_force("partner__")).values("person_id")


def is_shut(partner_id: UUID) -> bool:
    """One query, short enough to be asked between any two pieces of an answer."""
    return not partners_in_force().filter(pk=partner_id).exists()


def lacks(partner: Partner) -> list[Lacks]:
    """What keeps this firm from being in force; empty while it is."""
    today = house_today()
    found = [
        (Lacks.SUSPENDED, partner.suspended),
        (Lacks.NOT_PASSED, not partner.passed),
        (Lacks.NO_AGREEMENT, partner.agreed_until is None or partner.agreed_until < today),
        (Lacks.NOT_REVIEWED, partner.review_due_on is None),
        (Lacks.REVIEW_OVERDUE, partner.review_due_on is not None and partner.review_due_on < today),
    ]
    return [one for one, missing in found if missing]


def firm_of(person_id: UUID) -> Partner | None:
    """The firm that somebody comes for now."""
    found = belonging_of(person_id)
    return found.partner if found else None


def belonging_of(person_id: UUID) -> PartnerPerson | None:
    """For which firm somebody comes now, since when and by whom."""
    current = PartnerPerson.objects.filter(person_id=person_id, left_at__isnull=True)
    return current.select_related("partner", "by").first()


def firms_of(people: QuerySet[User]) -> dict[UUID, Partner]:
    """The firm that each of these comes for now, if any. One query."""
    belonging = PartnerPerson.objects.filter(person__in=people.order_by().values("pk"), left_at__isnull=True)
    return {one.person_id: one.partner for one in belonging.select_related("partner")}


def has_undecided_subprocessor(partner_id: UUID) -> bool:
    """Whether the firm named somebody to work on our data whom nobody agreed to yet: no file goes out to it
    meanwhile, since what it holds could go on to them."""
    return Subprocessor.objects.filter(partner_id=partner_id, state=SubState.NAMED).exists()


def overdue_recalls() -> QuerySet[PartnerRecall]:
    return PartnerRecall.objects.filter(certified_at__isnull=True, due_at__lte=timezone.now())


def has_overdue_recall(partner_id: UUID) -> bool:
    """Whether the firm owes a certificate of return or destruction: no file goes out to it meanwhile, and
    nobody is invited for it."""
    return overdue_recalls().filter(partner_id=partner_id).exists()


def partners_receiving() -> QuerySet[Partner]:
    """Firms to which files go out: in force, every sub-processor decided on, no certificate owed."""
    named = Subprocessor.objects.filter(partner=OuterRef("pk"), state=SubState.NAMED)
    return partners_in_force().filter(
        ~Exists(named), ~Exists(overdue_recalls().filter(partner=OuterRef("pk")))
    )


def why_no_files(partner: Partner) -> list[Promise | str]:
    """Why no file goes out to the firm now; empty when it does."""
    why: list[Promise | str] = [one.label for one in lacks(partner)]
    if has_undecided_subprocessor(partner.pk):
        why.append(_("It named a sub-processor that nobody has agreed to."))
    if has_overdue_recall(partner.pk):
        why.append(_("It owes a certificate of return or destruction."))
    return why


def connect() -> None:
    arrears.register(ARREAR, people_of_shut_firms)
    register_codes({ARREAR.code: ARREAR.words, **dict(Lacks.choices)})
