"""How long the log is kept: longer by one officer's word, shorter by two."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.dropped import month_of
from audit.entry import Entry
from audit.log import record_change
from compliance.logretention.models import MONTHS, YEARS, LogPolicy
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.models import State as ApprovalState
from people.approvals.services import request_approval
from people.partners.models import Partner
from people.roles.access import require
from people.roles.permissions import Permission

SHORTEN = "log.keep"
_LOCK = 4911  # changes of the policy queue
_LOSES = _("What partner firms were given is read from the log, for three years: it is kept for 36 months.")


@dataclass(frozen=True, slots=True)
class Policy:
    """Months kept, and years that a subject's entries stay after its end."""

    months: int = MONTHS
    years: int = YEARS

    def is_due(self, month: date, now: datetime) -> bool:
        """Whether the month ended that long ago."""
        return month <= self.newest_due(now)

    def newest_due(self, now: datetime) -> date:
        """The newest month that is old enough."""
        this = month_of(now)
        number = this.year * 12 + this.month - 1 - self.months - 1
        return date(number // 12, number % 12 + 1, 1)


def policy_row() -> LogPolicy | None:
    return LogPolicy.objects.select_related("set_by", "decided_by").first()


def policy_of(row: LogPolicy | None) -> Policy:
    return Policy(row.months, row.subject_years) if row else Policy()


def policy() -> Policy:
    """The one in force."""
    return policy_of(LogPolicy.objects.first())


def shortens(now: Policy, wanted: Policy) -> bool:
    """Whether anything could leave sooner."""
    return wanted.months < now.months or wanted.years < now.years


def loses_the_register(wanted: Policy) -> bool:
    """Whether the register of what partner firms were given, which is read from the log, would be shorter
    than the three years that the law asks for (网络数据条例 12)."""
    return wanted.months < MONTHS and Partner.objects.exists()


@transaction.atomic
def change_policy(*, actor: User, months: int, years: int, words: str) -> ApprovalRequest | None:
    """Sets it, or asks a second officer, whose request comes back.

    Raises Refused, IntegrityError for less than the law has, ValidationError for the words of a request.
    """
    require(actor, Permission.RETENTION_MANAGE)
    lock_policy()
    now, wanted = policy(), Policy(months, years)
    if shortens(now, wanted):
        if loses_the_register(wanted):
            raise ValidationError(_LOSES)
        asked = {"months": months, "years": years, "from_months": now.months, "from_years": now.years}
        return request_approval(actor=actor, action=SHORTEN, params=asked, reason=words)
    if wanted != now:
        set_policy(wanted, set_by=actor)
    return None


def set_policy(wanted: Policy, *, set_by: User, decided_by: User | None = None) -> None:
    """With its entry. The caller has locked the policy and knows that this may be done."""
    LogPolicy.objects.update_or_create(
        pk=1,
        defaults={
            "months": wanted.months,
            "subject_years": wanted.years,
            "set_by": set_by,
            "decided_by": decided_by,
            "set_at": timezone.now(),
        },
    )
    record_change(
        Entry(
            action=Action.LOG_KEEP,
            object_type=ObjectType.LOG,
            object_id=None,
            fields=(f"months-{wanted.months}", f"years-{wanted.years}"),
        )
    )


def lock_policy() -> None:
    """Changes queue until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])


def waiting_change() -> ApprovalRequest | None:
    """The open request to keep the log for less long."""
    found = ApprovalRequest.objects.filter(
        action=SHORTEN, state=ApprovalState.PENDING, expires_at__gt=timezone.now()
    )
    return found.select_related("requester").order_by("-created_at").first()
