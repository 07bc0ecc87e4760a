"""The forms of ratings, transactions and preferences."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.records.errors import NotPossible
from vault.relations.communications.models import Channel
from vault.relations.fields import Day, Words
from vault.relations.service.models import Aspect, Currency, Hours, Industry, PriceBand, TransactionKind
from vault.relations.service.services import WORDS_LIMIT, amount_of

_UNSAID = [("", pgettext_lazy("preference", "Not known"))]


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("Score"), coerce=int, choices=[(n, "★" * n) for n in range(5, 0, -1)]
    )
    aspects = forms.MultipleChoiceField(
        label=_("About"), choices=Aspect.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    words = Words(limit=WORDS_LIMIT)


class TransactionForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("transaction", "Kind"), choices=TransactionKind.choices)
    amount = forms.CharField(
        label=_("Amount"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency.choices)
    on = Day(label=_("Day"), initial=timezone.localdate)
    deal_id = forms.TypedChoiceField(label=_("Deal"), coerce=UUID, required=False, empty_value=None)

    def __init__(self, *args: Any, deals: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((str(deal), code) for deal, code in deals)]
        self.fields["deal_id"].choices = choices  # type: ignore[attr-defined]

    def clean_amount(self) -> str:
        try:
            return amount_of(self.cleaned_data["amount"])
        except NotPossible as refused:
            raise forms.ValidationError(str(refused.message)) from None


class PreferenceForm(forms.Form):
    channel = forms.ChoiceField(label=_("Best reached by"), choices=Channel.choices)
    hours = forms.ChoiceField(label=_("Best hours"), choices=Hours.choices)
    industry = forms.ChoiceField(
        label=_("Industry looked for"), choices=[*_UNSAID, *Industry.choices], required=False
    )
    price_band = forms.ChoiceField(
        label=_("Price range"), choices=[*_UNSAID, *PriceBand.choices], required=False
    )
