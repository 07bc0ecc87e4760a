"""The forms of exports, recipients and the tracing of a sheet."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.accounts.models import User
from people.approvals.forms import ReasonField
from people.partners.models import Partner
from vault.disclosures.models import Agreement, Format, Recipient, RecipientKind
from vault.disclosures.offering import Offered
from vault.disclosures.recipients import colleagues, recipients_in_force
from vault.disclosures.services import Wanted
from vault.formats import text
from vault.formats.checked import FormatError
from vault.purposes.catalogue import Purpose
from vault.purposes.needs import in_words
from vault.records.labels import FIELD_LABELS, Field

_INSIDE, _OUTSIDE = "c", "r"


class PurposeForm(forms.Form):
    """The purpose comes first: it decides which fields can be chosen."""

    purpose = forms.ChoiceField(label=_("Purpose"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: Offered, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(purpose.value, _named(purpose, fields)) for purpose, fields in offered.items()]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]


def _named(purpose: Purpose, fields: Sequence[Field]) -> str:
    return _("%(purpose)s: %(fields)s") % {"purpose": purpose.label, "fields": in_words(fields)}


class ExportForm(forms.Form):
    """What is to leave the house, for whom and for what. Nothing is chosen beforehand but the masks."""

    recipient = forms.ChoiceField(label=_("Recipient"))
    purpose = forms.ChoiceField(choices=Purpose.choices, widget=forms.HiddenInput)
    fields_wanted = forms.MultipleChoiceField(
        label=_("Fields"),
        choices=[(name.value, FIELD_LABELS[name]) for name in Field],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the recipient needs for this purpose."),
    )
    masked = forms.ChoiceField(
        label=_("Values"),
        choices=[
            ("yes", _("Masked, marked for this recipient")),
            ("no", _("In plaintext, marked for this recipient")),
        ],
        widget=forms.RadioSelect,
        initial="yes",
    )
    priced = forms.ChoiceField(
        label=_("Is a price or a favour given for this list?"),
        choices=[("no", _("No")), ("yes", _("Yes: an officer decides"))],
        widget=forms.RadioSelect,
    )
    format = forms.ChoiceField(label=_("File"), choices=Format.choices)
    reason = ReasonField()

    def __init__(
        self, *args: Any, names: Mapping[UUID, str], needed: Sequence[Field], **options: Any
    ) -> None:
        """`names` are those of the recipients outside whose agreement holds, `needed` the fields that the
        purpose needs. No other is offered; whoever sends one is refused by the service, which logs it.
        """
        super().__init__(*args, **options)
        self.fields["fields_wanted"].widget.choices = [(name.value, FIELD_LABELS[name]) for name in needed]
        inside = [(f"{_INSIDE}-{user.pk}", user.display_name) for user in colleagues()]
        outside = [(f"{_OUTSIDE}-{pk}", name) for pk, name in names.items()]
        choices: list[Any] = [("", _("Choose a recipient…"))]
        choices += [(str(_("Outside, with an agreement")), outside)] if outside else []
        self.fields["recipient"].choices = [*choices, (str(_("Colleagues")), inside)]  # type: ignore[attr-defined]

    def wanted(self, filters: Mapping[str, Any], ids: list[UUID] | None) -> Wanted:
        """What the valid form asks for."""
        data = self.cleaned_data
        kind, _dash, pk = data["recipient"].partition("-")
        chosen = set(data["fields_wanted"])
        return Wanted(
            purpose=data["purpose"],
            fields=[name for name in Field if name.value in chosen],
            format=data["format"],
            masked=data["masked"] == "yes",
            priced=data["priced"] == "yes",
            colleague=User.objects.filter(pk=pk).first() if kind == _INSIDE else None,
            outsider=recipients_in_force().filter(pk=pk).first() if kind == _OUTSIDE else None,
            filters=filters,
            ids=ids,
        )


# Data that go to Hong Kong, Macau or Taiwan leave the country, too (provisions on cross-border flow, 2024).
PLACES = [
    ("inland", _("In mainland China")),
    ("abroad", _("Abroad, or in Hong Kong, Macau or Taiwan")),
]


class RecipientForm(forms.Form):
    """Somebody outside, with the agreement on which they are given anything."""

    name = forms.CharField(label=pgettext_lazy("recipient", "Name"), max_length=200)
    kind = forms.ChoiceField(label=pgettext_lazy("recipient", "Who"), choices=RecipientKind.choices)
    partner = forms.ModelChoiceField(
        label=_("Which firm"),
        queryset=Partner.objects.order_by("name"),
        required=False,
        empty_label=_("None of ours"),
        help_text=_("A partner firm is given something only while it is in force."),
    )
    agreement = forms.ChoiceField(label=_("Agreement"), choices=Agreement.choices)
    agreed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}))
    agreed_until = forms.DateField(
        label=_("Holds until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    abroad = forms.TypedChoiceField(
        label=_("Where they are"),
        choices=PLACES,
        coerce=lambda value: value == "abroad",
        widget=forms.RadioSelect,
        help_text=_("What goes abroad needs each client's separate consent to that."),
    )

    def clean_name(self) -> str:
        try:
            return text.normalise(self.cleaned_data["name"], limit=200).value
        except FormatError as error:
            raise forms.ValidationError(error.message) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("agreed_on"), data.get("agreed_until")
        if first and last and last < first:
            self.add_error("agreed_until", _("It cannot end before it was signed."))
        firm, kind = data.get("partner"), data.get("kind")
        if kind == RecipientKind.PARTNER and not firm:
            self.add_error(
                "partner", _("Name the firm: a partner firm is given something only while it is in force.")
            )
        if firm and kind not in (RecipientKind.PARTNER, RecipientKind.ADVISER):
            self.add_error("partner", _("Only a partner firm or an adviser belongs to a firm."))
        return data


class ReviewForm(forms.Form):
    """Asking an officer to look at one's own counts."""

    reason = ReasonField()


def recipients_shown() -> list[Recipient]:
    """The recipients outside that a form or page names; a thousand at most."""
    return list(recipients_in_force()[:1000])
