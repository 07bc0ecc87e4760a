"""When the next audit of the house is due, which actions are overdue, and what that stops."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.audits.codes import ActionState, Result, Scope, State
from compliance.audits.followup import CorrectiveAction
from compliance.audits.models import Audit, AuditPolicy
from deals.pipeline.models import DealMember
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from vault.records.models import BookMember

HELD = _(
    "An audit found a major nonconformity in this client book, and its corrective action is overdue: no list"
    " of it leaves the house until somebody has verified the action. Ask a compliance officer."
)


@dataclass(frozen=True, slots=True)
class NextAudit:
    """The day by which an audit of the whole house must be signed off, and since when officers are told."""

    day: date
    told_from: date

    @property
    def is_told(self) -> bool:
        return timezone.localdate() >= self.told_from

    @property
    def is_overdue(self) -> bool:
        return timezone.localdate() > self.day


def policy() -> AuditPolicy:
    """The house's, or what holds while it has set none."""
    return AuditPolicy.objects.first() or AuditPolicy()


def next_audit() -> NextAudit:
    """Counted from the last one that was signed off; before the first, from the house's first day."""
    signed = Audit.objects.filter(scope=Scope.HOUSE, state=State.SIGNED).order_by("-signed_at")
    last = signed.values_list("signed_at", flat=True).first()
    last = last or User.objects.filter(pk=SYSTEM_ID).values_list("created_at", flat=True).first()
    rule = policy()
    day = months_later(timezone.localdate(last), rule.months)
    return NextAudit(day, day - timedelta(days=rule.remind_days))


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the month's last."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    following = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def overdue_major() -> QuerySet[CorrectiveAction]:
    """Actions of major nonconformities whose day has passed and that nobody has verified: not done, or done
    and not looked at yet, which is as long open."""
    return CorrectiveAction.objects.filter(
        ~Q(state=ActionState.VERIFIED), due__lt=timezone.localdate(), finding__severity=Result.MAJOR
    )


def held_books(books: Collection[UUID]) -> Mapping[UUID, str | Promise]:
    """For `vault.disclosures.holds`: those whose lists may not leave. One query."""
    found = overdue_major().filter(finding__book__in=books).order_by()
    return dict.fromkeys(found.values_list("finding__book", flat=True).distinct(), HELD)


def overdue_about(user: User) -> QuerySet[CorrectiveAction]:
    """Overdue major actions that are about this person."""
    return overdue_major().filter(finding__person=user)


def overdue_under(user: User) -> QuerySet[CorrectiveAction]:
    """Those about people who work in the books or deals that this person leads."""
    in_books = BookMember.objects.filter(book__lead=user).values("user")
    in_deals = DealMember.objects.filter(deal__lead=user).values("user")
    led = Q(finding__person__in=in_books) | Q(finding__person__in=in_deals)
    return overdue_major().filter(led).exclude(finding__person=user)


def concerning(user: User) -> QuerySet[CorrectiveAction]:
    """Both, for who is to see what is overdue."""
    ids = overdue_about(user).values("pk").union(overdue_under(user).values("pk"))
    return CorrectiveAction.objects.filter(pk__in=ids)


def escalated() -> QuerySet[CorrectiveAction]:
    """Those about a person that have been overdue for as long as the house allows."""
    since = timezone.localdate() - timedelta(days=policy().escalate_days)
    return overdue_major().filter(finding__person__isnull=False, due__lt=since)
