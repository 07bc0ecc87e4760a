"""What a person says of a redaction: where a rectangle is, what to look for, why, who gets the copy."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals.files.models import NAME_LENGTH
from deals.redaction.boxes import Box
from deals.redaction.finding import Kind
from deals.redaction.models import Why
from deals.redaction.rights import Gets, Share
from deals.redaction.services import LONGEST_WORD, MOST_WORDS

_DIGITS = 5  # of a fraction: a tenth of a pixel


def _percent(label: Any) -> forms.FloatField:
    number = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(label=label, min_value=0, max_value=100, widget=number)


class MarkForm(forms.Form):
    """A rectangle in hundredths of the page's width and height; a script fills it in from a drawn one."""

    page = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    left = _percent(pgettext_lazy("rectangle", "From the left, %"))
    top = _percent(pgettext_lazy("rectangle", "From the top, %"))
    width = _percent(pgettext_lazy("rectangle", "Width, %"))
    height = _percent(pgettext_lazy("rectangle", "Height, %"))

    def box(self) -> Box:
        """For a valid form. What goes beyond the edge ends at the edge."""
        said = self.cleaned_data
        left, top = said["left"] / 100, said["top"] / 100
        right, bottom = min(left + said["width"] / 100, 1.0), min(top + said["height"] / 100, 1.0)
        return Box(said["page"], *(round(side, _DIGITS) for side in (left, top, right, bottom)))


class SearchForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=pgettext_lazy("redaction", "Look for"),
        choices=[choice for choice in Kind.choices if choice[0] != Kind.WORD],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(
        label=_("Names and words, one a line"),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        max_length=MOST_WORDS * (LONGEST_WORD + 2),
        required=False,
        help_text=_("Spaces, line ends and capitals make no difference. Kept sealed, for this work alone."),
    )

    def chosen(self) -> tuple[list[Kind], list[str]]:
        """For a valid form."""
        return [Kind(kind) for kind in self.cleaned_data["kinds"]], self.cleaned_data["words"].splitlines()


class ApplyForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why it is redacted"), choices=Why.choices)
    name = forms.CharField(
        label=_("Name of the copy"),
        strip=False,
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH, "autocomplete": "off"}),
        help_text=_("Whoever gets the copy reads its name: leave out of it what you paint over."),
    )


class GiveForm(forms.Form):
    """For each group of the room what it is to have; opens the groups' names."""

    def __init__(self, shares: Sequence[Share], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._groups = {f"group-{share.group.pk.hex}": share.group.pk for share in shares}
        for name, share in zip(self._groups, shares, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=share.group.title,
                choices=[(gets.value, gets.label) for gets in share.choices],
                initial=share.usual,
                help_text=_("On the original now: %(now)s. On the copy: %(then)s.")
                % {"now": share.original.label, "then": share.copy.label},
            )

    def choices(self) -> dict[UUID, Gets]:
        """For a valid form."""
        return {group: Gets(self.cleaned_data[name]) for name, group in self._groups.items()}


def boxes_named(values: Iterable[str]) -> set[Box]:
    """The rectangles that buttons name; what is no rectangle's name is left out."""
    found = set()
    for value in values:
        try:
            page, *sides = value.split()
            found.add(Box(int(page), *map(float, sides)))
        except (TypeError, ValueError):
            continue
    return found
