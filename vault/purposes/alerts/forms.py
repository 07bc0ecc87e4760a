"""What became of an alert."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.purposes.codes import Outcome, Unlawful
from vault.records.reasons import LIMIT


class AlertForm(forms.Form):
    outcome = forms.ChoiceField(label=_("What became of it"), choices=[("", _("Choose…")), *Outcome.choices])
    words = forms.CharField(
        label=_("In words"),
        max_length=LIMIT,
        required=False,
        help_text=_("Sealed beside the log, under the client's key."),
    )


class AlertFilter(forms.Form):
    state = forms.ChoiceField(
        label=pgettext_lazy("alert", "State"),
        choices=[("", _("Waiting")), ("all", _("All"))],
        required=False,
    )
    reason = forms.ChoiceField(
        label=_("Why refused"), choices=[("", _("Any")), *Unlawful.choices], required=False
    )
