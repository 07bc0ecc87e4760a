"""Forms of protection: of a client, of a book's fields, of what grades ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.approvals.forms import ReasonField
from vault.masking.grades import Grade
from vault.records.facets import Origin, Use, Visibility
from vault.records.grading.protecting import Protection
from vault.records.grading.rules import MAX_DAYS, MAX_WEIGHT, MIN_DAYS, Rule, SecondPerson
from vault.records.labels import FIELD_LABELS, Field
from vault.records.reveals.models import MOST_A_DAY


class LoweringReason(ReasonField):
    """Asked for only where something is to be lowered."""

    def clean(self, value: Any) -> str:
        return super().clean(value) if value and value.strip() else ""


class FacetsForm(forms.Form):
    """The three facets (seed C4.1)."""

    visibility = forms.ChoiceField(label=pgettext_lazy("facet", "Openness"), choices=Visibility.choices)
    origin = forms.ChoiceField(label=pgettext_lazy("facet", "Origin"), choices=Origin.choices)
    use = forms.ChoiceField(label=pgettext_lazy("facet", "Use"), choices=Use.choices)


class ProtectionForm(FacetsForm):
    """Grade and facets of one client. More protection counts at once; less is asked of the officer."""

    grade = forms.TypedChoiceField(label=_("Grade"), choices=Grade.choices, coerce=int)
    reason = LoweringReason(required=False)
    field_order = ("grade", "visibility", "origin", "use", "reason")

    def __init__(self, *args: Any, now: Protection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["reason"].help_text = _(
            "Needed only for less protection or another use, which the data protection officer decides. "
            "No names, numbers or addresses: others read it."
        )

    @property
    def wanted(self) -> Protection:
        data = self.cleaned_data
        return Protection(data["grade"], data["visibility"], data["origin"], data["use"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and self.wanted.protects_less_than(self.now) and not data.get("reason"):
            self.add_error("reason", _("Say why it should be protected less, or used otherwise."))
        return data


class FieldGradeForm(forms.Form):
    """The grade of one field in one book."""

    field = forms.ChoiceField(
        label=pgettext_lazy("client", "Field"),
        choices=[(field.value, label) for field, label in FIELD_LABELS.items()],
    )
    grade = forms.TypedChoiceField(label=_("Grade"), choices=Grade.choices, coerce=lambda v: Grade(int(v)))
    reason = LoweringReason(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Needed only to lower, which the data protection officer decides, and never below the declared "
            "grade. No names, numbers or addresses: others read it."
        )

    @property
    def chosen(self) -> tuple[Field, Grade]:
        return Field(self.cleaned_data["field"]), self.cleaned_data["grade"]


class RuleForm(forms.Form):
    """What one grade asks for."""

    step_up = forms.BooleanField(label=_("Identity confirmed again"), required=False)
    second_person = forms.TypedChoiceField(
        label=_("A second person agrees"), choices=SecondPerson.choices, coerce=int
    )
    weight = forms.IntegerField(label=_("Counts in the daily limit as"), min_value=0, max_value=MAX_WEIGHT)
    watermark = forms.BooleanField(label=_("Watermark over what is shown"), required=False)
    longest_days = forms.IntegerField(
        label=_("Kept for at most (days)"),
        min_value=MIN_DAYS,
        max_value=MAX_DAYS,
        required=False,
        help_text=_("Shortens the rules of retention for clients of this grade; a legal duty to keep stays."),
    )

    def __init__(self, *args: Any, grade: Grade, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grade = grade

    @property
    def rule(self) -> Rule:
        return Rule(**self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.grade == Grade.L4 and not data.get("step_up"):
            self.add_error("step_up", _("The highest grade always asks the person to confirm who they are."))
        if self.grade >= Grade.L3 and data.get("weight") == 0:
            self.add_error("weight", _("Sensitive data always count: at least 1."))
        return data


class LimitForm(forms.Form):
    """How much a role is shown in a day."""

    per_day = forms.IntegerField(
        label=_("Per day"),
        min_value=0,
        max_value=MOST_A_DAY,
        help_text=_("0 stops every reveal of this role. Each reveal counts what its grade says."),
    )
