"""Typed codes, at sign-in and at set-up."""

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _

from people.factors.checking import take_code

CODE_ATTRIBUTES = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autofocus": True,
    "spellcheck": "false",
    "autocapitalize": "off",
}


class CodeForm(AuthenticateForm):
    """allauth's second step of a sign-in, comparing as we do (people.factors.checking)."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        found = take_code(context.request, person=self.user, typed=code)
        if found is None:
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = found
        return code


class AppForm(forms.Form):
    """What a new authenticator app shows."""

    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=10,
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )
