"""The purpose, as the forms of reveals ask for it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vault.purposes.catalogue import Purpose, purposes_of
from vault.records.reveals.needs import fits_use


class PurposeField(forms.ChoiceField):
    """Offers what fits the client and takes any purpose there is: one that does not fit is for the service to
    refuse, which logs it and puts it before the officers. An invalid form would tell nobody."""

    def __init__(self) -> None:
        super().__init__(label=_("Purpose"))

    def offer(self, holding: str, use: str) -> None:
        fitting = [purpose for purpose in purposes_of(holding) if fits_use(use, purpose)]
        self.choices = [(purpose.value, purpose.label) for purpose in fitting]

    def valid_value(self, value: str) -> bool:
        return value in Purpose.values
