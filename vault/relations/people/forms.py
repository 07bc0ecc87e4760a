"""The form of a position: who was found by search, what they are, and how much they hold."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.records.errors import NotPossible
from vault.relations.fields import Day
from vault.relations.people.models import Evidence, Position
from vault.relations.people.shares import percent_of


class PositionForm(forms.Form):
    client = forms.TypedChoiceField(
        label=pgettext_lazy("position", "Who"), coerce=UUID, widget=forms.RadioSelect
    )
    position = forms.ChoiceField(label=_("Position"), choices=Position.choices)
    percent = forms.CharField(
        label=_("Share in percent"),
        required=False,
        max_length=20,
        help_text=_("For shareholders, exact: 33.333333."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    since = Day(label=_("Since"), required=False)
    evidence = forms.ChoiceField(label=_("Known from"), choices=Evidence.choices, initial=Evidence.REGISTRY)

    def __init__(self, *args: Any, found: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(pk), name) for pk, name in found]
        self.fields["client"].choices = choices  # type: ignore[attr-defined]
        self.fields["client"].initial = choices[0][0] if choices else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        percent, is_share = data.get("percent"), data.get("position") == Position.SHAREHOLDER
        if percent and not is_share:
            self.add_error("percent", _("Only a shareholder holds a share."))
        if is_share and not percent:
            self.add_error("percent", _("Say how much the shareholder holds."))
        if percent and is_share:
            try:
                percent_of(percent)
            except NotPossible as refused:
                self.add_error("percent", str(refused.message))
        return data
