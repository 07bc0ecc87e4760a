"""The forms of the list of clients and of the search."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.masking.grades import Grade
from vault.records.facets import Origin, Use, Visibility
from vault.records.models import ClientBook, ClientKind, ClientState, Source
from vault.records.sorting import choices

_USUAL = ("book", "assigned", "grade", "kind", "state")
_ANY: list[tuple[str | int, Any]] = [("", _("Any"))]


class FilterForm(forms.Form):
    """What the list of clients is narrowed by: codes only, so that nothing personal stands in an address."""

    book = forms.ModelChoiceField(
        label=_("Book"), queryset=ClientBook.objects.none(), required=False, empty_label=_("Any")
    )
    assigned = forms.ChoiceField(
        label=_("Assigned"), choices=[*_ANY, ("me", _("To me")), ("none", _("To nobody"))], required=False
    )
    grade = forms.ChoiceField(label=_("Grade"), choices=[*_ANY, *Grade.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*_ANY, *ClientKind.choices], required=False)
    source = forms.ChoiceField(label=_("Source"), choices=[*_ANY, *Source.choices], required=False)
    visibility = forms.ChoiceField(
        label=pgettext_lazy("facet", "Visibility"), choices=[*_ANY, *Visibility.choices], required=False
    )
    origin = forms.ChoiceField(
        label=pgettext_lazy("facet", "Origin"), choices=[*_ANY, *Origin.choices], required=False
    )
    use = forms.ChoiceField(
        label=pgettext_lazy("facet", "Use"), choices=[*_ANY, *Use.choices], required=False
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("client", "State"), choices=[*_ANY, *ClientState.choices], required=False
    )
    sort = forms.ChoiceField(label=pgettext_lazy("list", "Order"), choices=choices, required=False)

    def __init__(self, *args: Any, books: "QuerySet[ClientBook]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]

    @property
    def usual(self) -> list[BoundField]:
        """What stands in sight."""
        return [self[name] for name in _USUAL]

    @property
    def more(self) -> list[BoundField]:
        """What is asked for now and then."""
        return [field for field in self if field.name not in (*_USUAL, "sort")]

    @property
    def more_chosen(self) -> int:
        """How many of those narrow the list now."""
        return sum(field.name in self.changed_data for field in self.more)

    @property
    def filters(self) -> dict[str, Any]:
        """What was chosen, without the order; nothing when any of it is none of ours."""
        data = dict(self.cleaned_data) if self.is_valid() else {}
        data.pop("sort", None)
        return data

    @property
    def order(self) -> str:
        """The chosen order; empty for newest first."""
        return str(self.cleaned_data["sort"]) if self.is_valid() else ""


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Phone, ID number, e-mail, credit code, bank account, name"),
        help_text=_(
            "Or the last four digits of a phone or account, a part of a name, or a name with the last four"
            " digits of the phone, as in Wang 1234."
        ),
        max_length=300,
    )
