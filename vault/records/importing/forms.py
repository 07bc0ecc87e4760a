"""The forms of an import: what each column becomes, and why a whole import is taken back."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from vault.records.importing.headings import EXTRA, IGNORE, Field, column_letters
from vault.records.importing.models import UndoReason
from vault.records.importing.needless import stores
from vault.records.importing.outline import Outline, Proposal
from vault.records.importing.plan import Plan
from vault.records.importing.sheets import HEADING_SEARCH
from vault.records.labels import FIELD_LABELS
from vault.records.labels import Field as SealedField

_OTHERS = {
    Field.KIND.value: gettext_lazy("Kind"),
    Field.DOCUMENT.value: gettext_lazy("Kind of document"),
    Field.SOURCE.value: gettext_lazy("Source"),
    Field.PURPOSE.value: gettext_lazy("Purpose"),
    EXTRA: gettext_lazy("Extra field"),
    IGNORE: pgettext_lazy("column", "Leave out"),
}


def meaning(target: str) -> str:
    """What a column becomes, in words."""
    return str(_OTHERS[target] if target in _OTHERS else FIELD_LABELS[SealedField(target)])


class PlanForm(forms.Form):
    """Which sheet, which row holds the headings, what each column becomes.

    `seen` says for which sheet and row the columns were shown: a choice for other ones would be for none.
    """

    def __init__(
        self, data: Any, *, outline: Outline, proposal: Proposal, needless: Collection[str] = ()
    ) -> None:
        """`needless`: codes that no purpose of the book needs. No column is offered them; a plan that names
        one is refused when it is to start."""
        super().__init__(data)
        self.outline, self.proposal = outline, proposal
        plan = proposal.plan
        sheets = [(at, top.name or _("The list")) for at, top in enumerate(outline.sheets)]
        rows = min(len(outline.sheets[plan.sheet].rows), HEADING_SEARCH)
        headers = [(row, _("Row %(row)d") % {"row": row}) for row in range(1, rows + 1)]
        self.fields["sheet"] = forms.TypedChoiceField(
            label=_("Sheet"), choices=sheets, coerce=int, initial=plan.sheet
        )
        self.fields["header"] = forms.TypedChoiceField(
            label=_("Headings are in"),
            choices=[*headers, (0, _("No row: the list has no headings"))],
            coerce=int,
            initial=plan.header,
        )
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=seen(plan.sheet, plan.header)
        )
        choices = [(target, meaning(target)) for target in (*(field.value for field in Field), EXTRA, IGNORE)]
        offered = [choice for choice in choices if stores(choice[0]) not in needless]
        for at, target in enumerate(plan.targets):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=_("Column %(letters)s becomes") % {"letters": column_letters(at)},
                choices=choices,
                initial=target,
            )
            self.fields[f"column_{at}"].widget.choices = offered

    @property
    def plan(self) -> Plan:
        """The plan that a valid form says."""
        data = self.cleaned_data
        targets = tuple(data[f"column_{at}"] for at in range(len(self.proposal.plan.targets)))
        return Plan(data["sheet"], data["header"], targets, self.outline.form)


class PlaceForm(forms.Form):
    """Only where to look: read before it is known how many columns there are."""

    sheet = forms.IntegerField(min_value=0)
    header = forms.IntegerField(min_value=0, max_value=HEADING_SEARCH)
    seen = forms.CharField(required=False)


def seen(sheet: int, header: int) -> str:
    return f"{sheet}.{header}"


class UndoForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=UndoReason, widget=forms.RadioSelect)
