"""Fields that the forms about clients share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vault.formats.checked import FormatError
from vault.formats.text import normalise


class Moment(forms.DateTimeField):
    """A date and a time, in the viewer's zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)


class Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class Words(forms.CharField):
    """Free text that will be sealed: no control characters, never remembered by the browser."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        self.limit = limit
        options.setdefault("label", _("In words"))
        super().__init__(required=False, **options)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> str:
        try:
            return normalise(super().clean(value), limit=self.limit, lines=True).value
        except FormatError as error:
            raise forms.ValidationError(error.message) from None
