from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.campaigns.models import JOINED, CampaignKind
from people.campaigns.services import Wanted
from people.roles.builtin import FOR_OUTSIDE
from people.roles.models import RoleCode

# The one form in which browsers take a date to fill in.
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _text(label: Any, language: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": 6, "lang": language})
    )


class CampaignForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("campaign", "Kind"), choices=CampaignKind.choices)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=80)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    text_zh = _text(_("Text in Chinese"), "zh-Hans")
    text_en = _text(_("Text in English"), "en")
    roles = forms.MultipleChoiceField(
        label=_("Whom it is for"),
        choices=[(code.value, code.label) for code in RoleCode if code not in FOR_OUTSIDE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all staff."),
    )
    starts_on = forms.DateField(label=pgettext_lazy("campaign", "First day"), widget=_DAY)
    ends_on = forms.DateField(label=pgettext_lazy("campaign", "Last day"), widget=_DAY)
    word = forms.CharField(
        label=_("Word to take part with"),
        max_length=40,
        required=False,
        help_text=_("For lectures and contests: said there, or the answer. Whoever types it took part."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate()
        self.fields["starts_on"].initial = today
        self.fields["ends_on"].initial = today + timedelta(days=30)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It must not lie before the first day."))
        if (data.get("kind") in JOINED) != bool(data.get("word")):
            self.add_error("word", _("Lectures and contests have one, the others have none."))
        return data

    def wanted(self) -> Wanted:
        return Wanted(**self.cleaned_data)


class JoinForm(forms.Form):
    word = forms.CharField(label=_("The word"), max_length=40)
