from django import forms
from django.utils.translation import gettext_lazy as _

from people.pledge.models import SHORTEST


class SignForm(forms.Form):
    """`text` is the hash of the text on the page: what is signed is what was shown."""

    text = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Your full name"),
        max_length=80,
        help_text=_("Typed by yourself, as on your identity document. This is your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agreed = forms.BooleanField(label=_("I have read the whole pledge and promise to keep it."))


class OpenForm(forms.Form):
    """The year's words in both languages."""

    text_zh = forms.CharField(
        label=_("Text in Chinese"),
        min_length=SHORTEST,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10, "lang": "zh-Hans"}),
    )
    text_en = forms.CharField(
        label=_("Text in English"),
        min_length=SHORTEST,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10, "lang": "en"}),
    )
