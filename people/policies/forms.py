from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.approvals.forms import ReasonField
from people.policies.models import MOST_DAYS, TEXT_MIN_LENGTH, PolicyVersion
from people.policies.services import Draft
from people.policies.texts import parts_of
from people.roles.builtin import FOR_OUTSIDE
from people.roles.models import RoleCode

# The one form in which browsers take a date to fill in.
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_LONGEST = 40_000  # characters of a text


class AcceptForm(forms.Form):
    """`text` is the hash of the text on the page: what is accepted is what was shown."""

    text = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput)
    agreed = forms.BooleanField(label=_("I have read the whole policy and will keep to it."))


class AskForm(forms.Form):
    reason = ReasonField()


class DraftForm(forms.Form):
    """A draft in both languages, with as many parts in one as in the other."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    text_zh = forms.CharField(
        label=_("Text in Chinese"),
        min_length=TEXT_MIN_LENGTH,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 16, "lang": "zh-Hans"}),
        help_text=_("A line that begins with # and a space is a heading, and begins a page."),
    )
    text_en = forms.CharField(
        label=_("Text in English"),
        min_length=TEXT_MIN_LENGTH,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 16, "lang": "en"}),
        help_text=_("With the same number of pages as the Chinese text."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Who must accept it"),
        choices=[(code.value, code.label) for code in RoleCode if code not in FOR_OUTSIDE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all staff."),
    )
    days = forms.IntegerField(
        label=_("Days to accept it in"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=14,
        help_text=_("Counted from when it comes into force; for new staff from their first day."),
    )
    effective_on = forms.DateField(label=_("In force from"), widget=_DAY)
    review_on = forms.DateField(label=_("Looked through again by"), widget=_DAY)

    def __init__(self, data: Any = None, *, before: PolicyVersion | None) -> None:
        """`before`: what the draft begins from, a draft already or the version in force."""
        today = timezone.localdate()
        first: dict[str, Any] = {"effective_on": today, "review_on": today + timedelta(days=365)}
        if before is not None:
            first |= {name: getattr(before, name) for name in self.base_fields}
            if before.effective_on < today:
                first |= {"effective_on": today, "review_on": today + timedelta(days=365)}
        super().__init__(data, initial=first)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        effective, review = data.get("effective_on"), data.get("review_on")
        if effective and effective < timezone.localdate():
            self.add_error("effective_on", _("Today at the earliest."))
        if effective and review and review <= effective:
            self.add_error("review_on", _("It must lie after the first day."))
        texts = data.get("text_zh"), data.get("text_en")
        if all(texts) and len({len(parts_of(str(text))) for text in texts}) > 1:
            self.add_error("text_en", _("The two texts do not have the same number of parts."))
        return data

    def draft(self) -> Draft:
        return Draft(**{name: self.cleaned_data[name] for name in self.fields})
