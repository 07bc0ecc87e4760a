"""Forms of asking: a second person for one reveal, an officer for more today."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.approvals.forms import ReasonField
from vault.records.reveals.approvals import MORE_CHOICES
from vault.records.reveals.fields import PurposeField


class AskForm(forms.Form):
    """For what, and why, a group must be opened."""

    purpose = PurposeField()
    reason = ReasonField()

    def __init__(self, *args: Any, holding: str, use: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].offer(holding, use)  # type: ignore[attr-defined]


class MoreForm(forms.Form):
    """How much more today, and why."""

    more = forms.TypedChoiceField(
        label=_("How much more"), choices=[(more, f"+{more}") for more in MORE_CHOICES], coerce=int
    )
    reason = ReasonField()
