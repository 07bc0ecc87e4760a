"""The form of putting a version back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vault.records.versions.history import FieldChange


class RestoreForm(forms.Form):
    """Which of the fields that changed since are put back."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    fields_chosen = forms.MultipleChoiceField(
        label=_("Put back"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, rows: Sequence[FieldChange], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.code, row.label) for row in rows]
        self.fields["fields_chosen"].choices = choices  # type: ignore[attr-defined]
