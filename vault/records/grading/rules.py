"""What a grade asks for: declared here; the database holds what an officer changed.

How strong a mask is cannot be changed: it follows from the grade (`vault.masking.grades.STRENGTH_OF`), so
that no edit weakens a mask for everybody. That a reveal names a purpose and a reason holds for every grade.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.masking.grades import Grade


class SecondPerson(models.IntegerChoices):
    """When somebody else must agree before plaintext is shown. Higher asks more often."""

    NEVER = 0, pgettext_lazy("second person", "Never")
    PRIVATE = 1, _("For private clients")
    ALWAYS = 2, pgettext_lazy("second person", "Always")


MAX_WEIGHT = 100
MIN_DAYS = 30
MAX_DAYS = 36_525  # a hundred years


@dataclass(frozen=True, slots=True)
class Rule:
    """What one grade asks for. `longest_days` None: only the rules of retention limit it."""

    step_up: bool = False
    second_person: int = SecondPerson.NEVER
    weight: int = 1
    watermark: bool = False
    longest_days: int | None = None

    @property
    def second_person_label(self) -> str:
        return str(SecondPerson(self.second_person).label)

    def is_milder_than(self, lower: "Rule") -> bool:
        """Whether it asks less in any point than the rule of a lower grade."""
        longest = MAX_DAYS if self.longest_days is None else self.longest_days
        of_lower = MAX_DAYS if lower.longest_days is None else lower.longest_days
        mine = (self.step_up, self.second_person, self.weight, self.watermark, -longest)
        theirs = (lower.step_up, lower.second_person, lower.weight, lower.watermark, -of_lower)
        return any(one < other for one, other in zip(mine, theirs, strict=True))


DECLARED: Mapping[Grade, Rule] = MappingProxyType(
    {
        Grade.L1: Rule(weight=0),
        Grade.L2: Rule(),
        Grade.L3: Rule(watermark=True),
        # Three years: the limitation period of Civil Code 188, after which nothing is left to prove.
        Grade.L4: Rule(
            step_up=True, second_person=SecondPerson.PRIVATE, weight=5, watermark=True, longest_days=1_096
        ),
    }
)
COLUMNS = tuple(field.name for field in fields(Rule))


class GradeRule(models.Model):
    """A rule as an officer changed it; a grade without a row follows `DECLARED`."""

    grade = models.SmallIntegerField(primary_key=True, choices=Grade)
    step_up = models.BooleanField(_("Identity confirmed again"))
    second_person = models.SmallIntegerField(_("A second person agrees"), choices=SecondPerson)
    weight = models.PositiveSmallIntegerField(_("Counts in the daily limit as"))
    watermark = models.BooleanField(_("Watermark over what is shown"))
    longest_days = models.PositiveIntegerField(_("Kept for at most (days)"), null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="grade_rule_grade_known"),
            models.CheckConstraint(
                condition=Q(second_person__in=SecondPerson.values), name="grade_rule_second_person_known"
            ),
            models.CheckConstraint(condition=Q(weight__lte=MAX_WEIGHT), name="grade_rule_weight_sane"),
            models.CheckConstraint(
                condition=Q(grade__lt=Grade.L3) | Q(weight__gte=1), name="grade_rule_sensitive_counts"
            ),
            models.CheckConstraint(
                condition=~Q(grade=Grade.L4) | Q(step_up=True), name="grade_rule_highest_confirms"
            ),
            models.CheckConstraint(
                condition=Q(longest_days__isnull=True)
                | Q(longest_days__gte=MIN_DAYS, longest_days__lte=MAX_DAYS),
                name="grade_rule_days_sane",
            ),
        ]


def rules() -> dict[Grade, Rule]:
    """The rule of every grade now, in one query."""
    stored = GradeRule.objects.in_bulk()
    return {
        grade: Rule(**{name: getattr(stored[grade], name) for name in COLUMNS})
        if grade in stored
        else declared
        for grade, declared in DECLARED.items()
    }


def longest_days() -> dict[Grade, int]:
    """Grade → days, for the grades that cap how long a client is kept. `compliance.retention` reads it."""
    return {grade: rule.longest_days for grade, rule in rules().items() if rule.longest_days is not None}
