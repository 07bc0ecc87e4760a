"""The form of one purpose of one book."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vault.purposes.catalogue import CARRIED_BY, Purpose
from vault.purposes.codes import Recipient, Why


class BasisForm(forms.Form):
    on = forms.BooleanField(label=_("Switched on"), required=False)
    basis = forms.ChoiceField(label=_("Lawful basis"))
    ask_sensitive = forms.BooleanField(
        label=_("Ask for separate consent to sensitive data, whatever the basis"), required=False
    )
    recipients = forms.MultipleChoiceField(
        label=_("May be given to, with separate consent"),
        choices=[choice for choice in Recipient.choices if choice[0]],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    overseas = forms.BooleanField(label=_("May be sent abroad, with separate consent"), required=False)
    why = forms.ChoiceField(
        label=_("Why"),
        choices=[("", _("Choose…")), *((why.value, why.label) for why in Why if why is not Why.START)],
    )

    def __init__(self, *args: Any, purpose: Purpose, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(basis.value, basis.label) for basis in CARRIED_BY[purpose]]
        self.fields["basis"].choices = choices  # type: ignore[attr-defined]
