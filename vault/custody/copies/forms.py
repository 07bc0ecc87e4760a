from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vault.custody.models import BackupPlace


class BackupForm(forms.Form):
    taken_at = forms.DateTimeField(
        label=_("Taken at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.ChoiceField(label=_("Where it lies"), choices=BackupPlace.choices)

    def clean_taken_at(self) -> datetime:
        taken: datetime = self.cleaned_data["taken_at"]
        if taken > timezone.now():
            raise ValidationError(_("This time has not come yet."))
        return taken
