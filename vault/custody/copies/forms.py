from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vault.custody.models import BackupContent, BackupPlace


class BackupForm(forms.Form):
    taken_at = forms.DateTimeField(
        label=_("Taken at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    holds = forms.ChoiceField(
        label=_("What it holds"),
        choices=BackupContent.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Root keys are what lies in the folder keys/. A snapshot of a whole machine with that folder"
            " holds both. What lies in one place counts together."
        ),
    )
    place = forms.ChoiceField(label=_("Where it lies"), choices=BackupPlace.choices)

    def clean_taken_at(self) -> datetime:
        taken: datetime = self.cleaned_data["taken_at"]
        if taken > timezone.now():
            raise ValidationError(_("This time has not come yet."))
        return taken
