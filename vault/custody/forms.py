from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.approvals.forms import ReasonField


class RotateForm(forms.Form):
    reason = ReasonField()


class InventoryFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All of these")),
            ("frozen", pgettext_lazy("key", "Frozen")),
            ("rotating", pgettext_lazy("key", "Being rotated")),
        ],
    )
    compartment = forms.UUIDField(label=_("Compartment number"), required=False)
