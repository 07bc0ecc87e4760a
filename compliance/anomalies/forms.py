"""Forms of the watch."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.anomalies.codes import Change, Confirmed, FalseAlarm, MuteReason, State
from compliance.anomalies.models import MAX_MUTED_DAYS, MAX_TRIED_DAYS
from compliance.anomalies.reading import day_of
from compliance.anomalies.rules import RULES
from compliance.anomalies.rules.base import Rule
from people.accounts.models import Kind, User
from people.approvals.reasons import LONGEST, clean_reason

PREFIX = "p-"
CHOOSE = ("", _("Choose…"))


class FindingFilter(forms.Form):
    state = forms.ChoiceField(
        label=pgettext_lazy("finding", "State"),
        required=False,
        choices=[("", _("Waiting")), ("all", _("All")), *State.choices],
    )
    rule = forms.ChoiceField(
        label=_("Rule"),
        required=False,
        choices=[("", _("Every rule")), *((code, rule.label) for code, rule in RULES.items())],
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)


class DecideForm(forms.Form):
    """One choice says both: whether it was anything, and what."""

    reason = forms.ChoiceField(
        label=_("What was it?"),
        choices=[CHOOSE, (_("Confirmed"), Confirmed.choices), (_("False alarm"), FalseAlarm.choices)],
    )

    def reason_of(self) -> Confirmed | FalseAlarm:
        code = self.cleaned_data["reason"]
        return Confirmed(code) if code in Confirmed.values else FalseAlarm(code)


class MuteForm(forms.Form):
    until = forms.DateField(
        label=_("Until, this day included"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.ChoiceField(label=_("Why"), choices=[CHOOSE, *MuteReason.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = day_of(timezone.now())
        last = today + timedelta(days=MAX_MUTED_DAYS)
        self.fields["until"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}


class LeavingForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Who leaves"), queryset=User.objects.none(), empty_label=_("Choose…")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(kind=Kind.STAFF, is_active=True).order_by("display_name", "pk")


class ParametersForm(forms.Form):
    """The numbers of one rule."""

    def __init__(self, rule: Rule, *args: Any, now: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        numbers = {
            PREFIX + one.name: forms.IntegerField(
                label=str(one.label),
                min_value=one.least,
                max_value=one.most,
                initial=now[one.name],
                help_text=str(one.help),
            )
            for one in rule.parameters
        }
        self.fields = {**numbers, **self.fields}

    def params(self) -> dict[str, int]:
        return {one.name: self.cleaned_data[PREFIX + one.name] for one in self.rule.parameters}


class RuleForm(ParametersForm):
    active = forms.BooleanField(label=_("The rule is on"), required=False)
    why = forms.ChoiceField(label=_("Why"), choices=[CHOOSE, *Change.choices])
    words = forms.CharField(
        label=_("For the second officer"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Needed when the rule is switched off or finds less: why, without names, numbers or addresses."
        ),
    )

    def words_of_request(self) -> str:
        """Raises ValidationError where they are missing or hold somebody's data."""
        return clean_reason(self.cleaned_data["words"])


class TryForm(ParametersForm):
    days = forms.IntegerField(
        label=_("Days back, today included"), min_value=1, max_value=MAX_TRIED_DAYS, initial=30
    )
