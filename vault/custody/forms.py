from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.approvals.forms import ReasonField
from vault.crypto.suites import SUITES
from vault.keys.words import KIND_WORDS


class RotateForm(forms.Form):
    reason = ReasonField()


class InventoryFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Any")),
            ("frozen", pgettext_lazy("key", "Frozen")),
            ("rotating", pgettext_lazy("key", "Being rotated")),
            ("used_up", pgettext_lazy("key", "Has keys to be replaced")),
        ],
    )
    compartment = forms.UUIDField(label=_("Compartment number"), required=False)


class KeyFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("key", "Live")),
            ("nearly", pgettext_lazy("key", "To be replaced")),
            ("destroyed", pgettext_lazy("key", "Destroyed")),
        ],
    )
    kind = forms.TypedChoiceField(
        label=_("Kind"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Any")), *((int(kind), word) for kind, word in KIND_WORDS.items())],
    )
    suite = forms.TypedChoiceField(
        label=_("Suite"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Any")), *((number, suite.name) for number, suite in SUITES.items())],
    )
    key = forms.IntegerField(label=_("Key number"), required=False, min_value=1, max_value=2**63 - 1)
    owner = forms.UUIDField(label=_("Record number"), required=False)
