from django import forms
from django.utils.translation import gettext_lazy as _

from people.approvals.forms import ReasonField
from people.roles.doors.models import LONGEST_GRACE


class DoorForm(forms.Form):
    networks = forms.CharField(
        label=_("Networks"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One a line, as 203.0.113.0/24 or 2001:db8::/48. Empty: from everywhere."),
    )
    passkey = forms.BooleanField(label=_("Asks for a sign-in with a passkey"), required=False)
    grace_days = forms.IntegerField(
        label=_("Days until then"),
        min_value=0,
        max_value=LONGEST_GRACE,
        initial=14,
        help_text=_("For those who have no passkey yet."),
    )
    reason = ReasonField()
