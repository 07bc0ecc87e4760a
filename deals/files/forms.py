from django import forms
from django.utils.translation import pgettext_lazy

from deals.files.models import NAME_LENGTH


class RenameForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("file", "Name"), max_length=NAME_LENGTH, strip=False)
