from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.approvals.forms import ReasonField
from people.duties.drafts import PIECES
from people.duties.models import CLAUSE_MIN_LENGTH, NdaText


class SignForm(forms.Form):
    """`text` is the hash of the text on the page: what is signed is what was shown."""

    text = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Your full name"),
        max_length=80,
        help_text=_("Typed by yourself, as on your identity document. This is your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agreed = forms.BooleanField(label=_("I have read the whole text and promise to keep it."))


# The one form in which browsers take a date to fill in.
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_LONGEST = 12_000  # characters of a clause
_YEARS = 365 * 30
KEEP, AGAIN = "keep", "again"


class AskForm(forms.Form):
    reason = ReasonField()


class NdaDraftForm(forms.Form):
    """The text clause by clause, in both languages, and what becomes of the signatures that there are."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    access_days = forms.IntegerField(label=_("Days that access lasts"), min_value=1, max_value=_YEARS)
    duty_days = forms.IntegerField(
        label=_("Days that the duty lasts"),
        min_value=1,
        max_value=_YEARS,
        help_text=_("At least as long as access."),
    )
    effective_on = forms.DateField(label=_("In force from"), widget=_DAY)
    older = forms.ChoiceField(
        label=_("Whoever signed an older version"),
        choices=[(KEEP, _("keeps theirs")), (AGAIN, _("signs again"))],
        widget=forms.RadioSelect,
        help_text=_("Who does not sign again in time enters no data room until they have."),
    )
    resign_on = forms.DateField(label=_("Signs again from"), widget=_DAY, required=False)

    def __init__(self, data: Any = None, *, before: NdaText | None) -> None:
        """`before`: what the draft begins from, a draft already or the version in force."""
        first = {} if before is None else {name: getattr(before, name) for name in self._from_before()}
        today = timezone.localdate()
        resign = getattr(before, "resign_on", None)
        first |= {"effective_on": today, "resign_on": resign or today + timedelta(days=30)}
        if hasattr(before, "resign_on"):
            first["older"] = AGAIN if resign else KEEP
        super().__init__(data, initial=first)
        for name in PIECES[2:]:
            spoken = "zh-Hans" if name.endswith("_zh") else "en"
            self.fields[name] = forms.CharField(
                label=_LABELS[name],
                min_length=CLAUSE_MIN_LENGTH,
                max_length=_LONGEST,
                widget=forms.Textarea(attrs={"rows": 8, "lang": spoken}),
                initial=first.get(name),
            )
        self.order_fields(["title_zh", "title_en", *PIECES[2:]])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        access, duty = data.get("access_days"), data.get("duty_days")
        effective, again = data.get("effective_on"), data.get("resign_on")
        if access and duty and duty < access:
            self.add_error("duty_days", _("The duty lasts at least as long as access."))
        if effective and effective < timezone.localdate():
            self.add_error("effective_on", _("Today at the earliest."))
        if data.get("older") == KEEP:
            data["resign_on"] = None
        elif data.get("older") == AGAIN and (not again or (effective and again < effective)):
            self.add_error("resign_on", _("A day, not before it comes into force."))
        return data

    @staticmethod
    def _from_before() -> tuple[str, ...]:
        return (*PIECES, "access_days", "duty_days")


_LABELS = {
    "preamble_zh": _("Preamble in Chinese"),
    "preamble_en": _("Preamble in English"),
    "definition_zh": _("1. What is confidential, in Chinese"),
    "definition_en": _("1. What is confidential, in English"),
    "duties_zh": _("2. Duties during and after, in Chinese"),
    "duties_en": _("2. Duties during and after, in English"),
    "liability_zh": _("3. Liability, in Chinese"),
    "liability_en": _("3. Liability, in English"),
    "term_zh": _("4. Term, in Chinese"),
    "term_en": _("4. Term, in English"),
}
