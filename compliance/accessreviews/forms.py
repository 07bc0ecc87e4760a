from django import forms
from django.utils.translation import gettext_lazy as _

from people.approvals.reasons import LONGEST


class DecideForm(forms.Form):
    """Why, for one access or for several: asked for where nobody used it."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to keep what was not used in 90 days. No client data."),
    )
