"""Forms: how long the log is kept, and the reason for asking."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from compliance.logretention.models import LEAST_MONTHS, LEAST_YEARS, MOST_MONTHS, MOST_YEARS
from compliance.logretention.policy import Policy, shortens
from people.approvals.reasons import LONGEST, clean_reason


class PolicyForm(forms.Form):
    months = forms.IntegerField(
        label=gettext_lazy("Months that the log is kept"),
        min_value=LEAST_MONTHS,
        max_value=MOST_MONTHS,
        error_messages={
            "min_value": gettext_lazy(
                "The law has a log kept for six months at least (Cybersecurity Law, article 23)."
            )
        },
    )
    years = forms.IntegerField(
        label=gettext_lazy("Years that entries about a client stay after the client was destroyed"),
        min_value=LEAST_YEARS,
        max_value=MOST_YEARS,
        error_messages={
            "min_value": gettext_lazy(
                "At least three years: until then claims may be made (Civil Code, article 188)."
            )
        },
    )
    words = forms.CharField(
        label=gettext_lazy("Why shorter? For the officer who decides"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed only where a number gets smaller. No client data."),
    )

    def __init__(self, *args: Any, now: Policy, **kwargs: Any) -> None:
        kwargs["initial"] = {"months": now.months, "years": now.years}
        super().__init__(*args, **kwargs)
        self._now = now

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if {"months", "years"} <= values.keys() and shortens(
            self._now, Policy(values["months"], values["years"])
        ):
            try:
                values["words"] = clean_reason(values.get("words", ""))
            except ValidationError as problem:
                self.add_error("words", problem)
        return values


class AskForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Why now? For the officer who decides"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("No client data."),
    )

    def clean_words(self) -> str:
        return clean_reason(self.cleaned_data["words"])
