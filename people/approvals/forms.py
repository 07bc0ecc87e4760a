from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.approvals.models import Verdict
from people.approvals.reasons import LONGEST, clean_reason


class ReasonField(forms.CharField):
    """Why, in a sentence that names nobody."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Reason"),
            help_text=_("Why, without names, numbers or addresses: others read it."),
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 2, "data-focus-key": "r"}),
            **options,
        )

    def clean(self, value: Any) -> str:
        return clean_reason(super().clean(value))


class DecisionForm(forms.Form):
    reason = ReasonField()
    verdict = forms.ChoiceField(choices=Verdict.choices, widget=forms.HiddenInput)
