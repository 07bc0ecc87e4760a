"""Setting how often the house is audited."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.audits.models import MAX_MONTHS, AuditPolicy
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.records.errors import NotPossible


@transaction.atomic
def set_policy(*, actor: User, months: int, remind_days: int, escalate_days: int) -> AuditPolicy:
    """Raises Refused; NotPossible for more than two years, or days out of their bounds."""
    require(actor, Permission.AUDIT_MANAGE)
    if not 1 <= months <= MAX_MONTHS:
        raise NotPossible(_("The house is audited at least every two years."))
    if not (1 <= remind_days <= 180 and 0 <= escalate_days <= 30):
        raise NotPossible(_("These days are out of their bounds."))
    values = {
        "months": months,
        "remind_days": remind_days,
        "escalate_days": escalate_days,
        "changed_by": actor,
        "changed_at": timezone.now(),
    }
    made, _new = AuditPolicy.objects.update_or_create(one_row=True, defaults=values)
    record_change(
        Entry(
            action=Action.AUDIT_POLICY,
            object_type=ObjectType.AUDIT_POLICY,
            object_id=None,
            fields=(f"months.{months}", f"remind.{remind_days}", f"escalate.{escalate_days}"),
        )
    )
    return made
