"""The answers of passkeys in forms: a script fills a hidden field in, and without one nothing is sent."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.passkeys.ceremonies import LONGEST_ANSWER, Purpose
from people.passkeys.checking import take_passkey

REFUSED = _("The passkey was not accepted. Try again, or use a code.")


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        help_text=_("Such as the device that holds it, to tell it from others."),
    )


class NewPasskeyForm(NameForm):
    credential = forms.CharField(
        required=False, max_length=LONGEST_ANSWER, widget=forms.HiddenInput, strip=False
    )


class SecondStepForm(forms.Form):
    """In the place of allauth's form for passkeys at the second step, comparing as we do."""

    credential = forms.CharField(
        max_length=LONGEST_ANSWER, widget=forms.HiddenInput, error_messages={"required": REFUSED}
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_credential(self) -> str:
        typed: str = self.cleaned_data["credential"]
        found = take_passkey(context.request, purpose=Purpose.SECOND, person=self.user, typed=typed)
        if found is None:
            raise ValidationError(REFUSED)
        self.authenticator = found
        return typed

    def save(self) -> None:
        post_authentication(context.request, self.authenticator)
