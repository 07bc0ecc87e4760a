"""The demo's retention rule, which already lets something go."""

from datetime import timedelta

from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.destruction.services import propose_due
from compliance.retention.models import Basis, RetentionRule, Trigger
from compliance.retention.services import create_rule
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID, system_account
from vault.purposes.catalogue import Holding

NAME = "咨询未成交客户保存一年"


def make_rule(officer: User) -> None:
    """Our own clients, a year after the last change; what is due is proposed at once."""
    if RetentionRule.objects.filter(name=NAME).exists():
        return
    with acting_as(Origin(actor=officer.pk)):
        create_rule(
            actor=officer,
            values={
                "name": NAME,
                "holding": Holding.OWN,
                "trigger": Trigger.UPDATED,
                "period_days": 365,
                "basis": Basis.PURPOSE,
                "note": "咨询目的已实现或无法实现，停止保存。",
                "next_review": timezone.localdate() + timedelta(days=180),
            },
        )
    with acting_as(Origin(actor=SYSTEM_ID)):
        propose_due(actor=system_account())
