"""The forms of mandates."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.uploads import ScannedField
from vault.relations.fields import Day, Words
from vault.relations.mandates.models import Keep, Mandate, MandateKind, Why
from vault.relations.mandates.services import LIMITS, Terms
from vault.relations.mandates.standing import house_day

USUAL = timedelta(days=182)  # half a year, as brokers here agree on first


class MandateForm(forms.Form):
    """What is agreed; of a renewal everything stands beforehand, the words behind their seal."""

    kind = forms.ChoiceField(label=pgettext_lazy("mandate", "Engaged for"), choices=MandateKind.choices)
    exclusive = forms.BooleanField(
        label=pgettext_lazy("mandate", "Exclusive"),
        required=False,
        help_text=_("No other mandate of this kind runs beside it."),
    )
    begins_on = Day(label=_("First day"))
    ends_on = Day(label=_("Last day"))
    subject = Words(
        label=_("Subject matter"),
        limit=LIMITS["subject"],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what the client engages us for.")},
    )
    fee = Words(label=_("Fee, as agreed"), limit=LIMITS["fee"])
    remarks = Words(
        label=pgettext_lazy("mandate", "Remarks"),
        limit=LIMITS["remarks"],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, renews: Mandate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**(_renewed(renews) if renews else _first()), **self.initial}
        self.fields["subject"].required = renews is None
        if renews:
            for name in LIMITS:
                self.fields[name].help_text = _("Left empty: as in the mandate before.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("begins_on"), data.get("ends_on")
        if begins and ends and ends <= begins:
            self.add_error("ends_on", _("The last day lies after the first."))
        return data

    def terms(self) -> Terms:
        """What a valid form says."""
        return Terms(**self.cleaned_data)


class SignForm(forms.Form):
    signed_on = Day(
        label=_("Day of signing"),
        help_text=_("Where it was signed after the first day, it is in force from the day of signing."),
    )
    file = ScannedField(
        label=_("Signed document"),
        required=False,
        help_text=_("PDF, JPEG or PNG, up to 700 KB. Sealed under the client's key."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"signed_on": house_day(), **self.initial}


class EndForm(forms.Form):
    why = forms.ChoiceField(label=_("Why does it end?"), choices=Why.choices, widget=forms.RadioSelect)


class KeepForm(forms.Form):
    keep = forms.ChoiceField(label=_("Keep the data, because"), choices=Keep.choices)


def _first() -> dict[str, Any]:
    return {"begins_on": house_day(), "ends_on": house_day() + USUAL}


def _renewed(before: Mandate) -> dict[str, Any]:
    """From the day after the last one, or from today, for as long as it was agreed before."""
    begins = max((before.terminated_on or before.ends_on) + timedelta(days=1), house_day())
    return {
        "kind": before.kind,
        "exclusive": before.exclusive,
        "begins_on": begins,
        "ends_on": begins + (before.ends_on - before.begins_on),
    }
