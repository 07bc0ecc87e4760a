from django import forms

from people.approvals.forms import ReasonField


class AskForm(forms.Form):
    """Asking for approval of exactly the list that was on the page."""

    digest = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput)
    reason = ReasonField()
