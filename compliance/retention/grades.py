"""What another longest period of a grade would do to the rules of retention, before it is set."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.retention.due import rules_in_force
from compliance.retention.models import Basis
from vault.masking.grades import Grade
from vault.records.grading.effects import Effect
from vault.records.grading.rules import Rule
from vault.records.models import Client


def retention_effects(grade: Grade, rule: Rule) -> list[Effect]:
    """The rules that it would shorten, and the clients of the grade that would be older than it allows."""
    if rule.longest_days is None:
        return []
    shortened = [
        one for one in rules_in_force() if one.basis != Basis.LAW and one.period_days > rule.longest_days
    ]
    before = timezone.now() - timedelta(days=rule.longest_days)
    older = Client.objects.filter(grade=grade, created_at__lte=before).count()
    return [
        (_("Rules of retention shortened"), len(shortened)),
        (_("Clients of this grade older than that"), older),
    ]
