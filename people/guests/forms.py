from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.factors.forms import CODE_ATTRIBUTES
from people.guests.numbers import NoMobileNumber, mobile_number


class NumberField(forms.CharField):
    """A mobile number, in E.164 form once cleaned."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"})
        shown = {"label": _("Mobile number"), "max_length": 40, "widget": widget}
        super().__init__(**{**shown, **options})

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return mobile_number(typed)
        except NoMobileNumber:
            raise forms.ValidationError(
                _("This is no mobile number. Write 13800138000, or with the country's code: +852 9123 4567.")
            ) from None


class NumberForm(forms.Form):
    """Of a guest who comes back."""

    number = NumberField(
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "autofocus": True}
        )
    )


class PhoneCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=12,
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )
