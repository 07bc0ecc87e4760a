"""The form of one purpose of one book."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import CARRIED_BY, NEVER_NEEDED, Basis, Purpose
from vault.purposes.codes import Recipient, Why
from vault.records.labels import HELD, HELD_LABELS

_WHY = [("", _("Choose…")), *((why.value, why.label) for why in Why if why is not Why.START)]


class BasisForm(forms.Form):
    on = forms.BooleanField(label=_("Switched on"), required=False)
    basis = forms.ChoiceField(label=_("Lawful basis"))
    ask_sensitive = forms.BooleanField(
        label=_("Ask for separate consent to sensitive data, whatever the basis"), required=False
    )
    recipients = forms.MultipleChoiceField(
        label=_("May be given to, with separate consent"),
        choices=[choice for choice in Recipient.choices if choice[0]],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    overseas = forms.BooleanField(label=_("May be sent abroad, with separate consent"), required=False)
    why = forms.ChoiceField(label=_("Why"), choices=_WHY)

    def __init__(self, *args: Any, purpose: Purpose, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(basis.value, basis.label) for basis in CARRIED_BY[purpose]]
        self.fields["basis"].choices = choices  # type: ignore[attr-defined]
        if Basis.CONTRACT in CARRIED_BY[purpose]:
            self.fields["basis"].help_text = _(
                "A contract carries it until the client's last mandate has ended, and giving to others only"
                " while one is in force."
            )


class NeedsForm(forms.Form):
    """Purposes × fields of one book: a choice of fields for each purpose that the book has, and why."""

    def __init__(self, *args: Any, rows: Sequence[BookBasis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            never = NEVER_NEEDED.get(Purpose(row.purpose), ())
            self.fields[row.purpose] = forms.MultipleChoiceField(
                label=row.get_purpose_display(),
                choices=[(code, HELD_LABELS[code]) for code in HELD if code not in never],
                widget=forms.CheckboxSelectMultiple,
                initial=row.fields,
                required=False,
            )
        self.fields["why"] = forms.ChoiceField(label=_("Why"), choices=_WHY)

    def lines(self) -> Iterator[tuple[BookBasis, list[tuple[str, Any]]]]:
        """Each purpose with a box for each field, in the order of `HELD`; None where it may never need it."""
        for row in self.rows:
            boxes = {box.data["value"]: box for box in self[row.purpose]}
            yield row, [(str(HELD_LABELS[code]), boxes.get(code)) for code in HELD]

    def needs(self) -> dict[Purpose, list[str]]:
        """What the valid form says."""
        return {Purpose(row.purpose): self.cleaned_data[row.purpose] for row in self.rows}
