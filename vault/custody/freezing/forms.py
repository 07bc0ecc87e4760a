from django import forms
from django.utils.translation import gettext_lazy as _

from people.approvals.forms import ReasonField
from vault.custody.freezing.codes import FreezeReason


class FreezeForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=FreezeReason.choices)


class ThawForm(forms.Form):
    reason = ReasonField()
