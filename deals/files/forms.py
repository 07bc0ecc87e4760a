from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals.files.models import NAME_LENGTH
from vault.masking.grades import Grade


class RenameForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("file", "Name"), max_length=NAME_LENGTH, strip=False)


class GradeForm(forms.Form):
    grade = forms.ChoiceField(
        label=_("Grade"),
        choices=Grade.choices,
        help_text=_(
            "At level 4 people from outside open it with a second factor only, never by a code alone."
        ),
    )
