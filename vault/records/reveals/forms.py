"""Forms of asking: a second person for one reveal, an officer for more today."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.approvals.forms import ReasonField
from vault.purposes.catalogue import purposes_of
from vault.records.reveals.approvals import MORE_CHOICES
from vault.records.reveals.needs import fits_use


class AskForm(forms.Form):
    """For what, and why, a group must be opened."""

    purpose = forms.ChoiceField(label=_("Purpose"))
    reason = ReasonField()

    def __init__(self, *args: Any, holding: str, use: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = [purpose for purpose in purposes_of(holding) if fits_use(use, purpose)]
        choices = [(purpose.value, purpose.label) for purpose in fitting]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]


class MoreForm(forms.Form):
    """How much more today, and why."""

    more = forms.TypedChoiceField(
        label=_("How much more"), choices=[(more, f"+{more}") for more in MORE_CHOICES], coerce=int
    )
    reason = ReasonField()
