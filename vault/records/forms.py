"""The forms of client books and clients. Values are checked by the same formats as in an import."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.accounts.models import Kind, User
from vault.formats.checked import FormatError
from vault.formats.kinds import kind_of
from vault.masking.grades import Grade
from vault.purposes.catalogue import CARRIED_BY, Basis, ChangeReason, Holding, Purpose, Reason, purposes_of
from vault.purposes.needs import in_words
from vault.records.drafts import NOT_A_COMPANY
from vault.records.facets import Origin, Use, Visibility
from vault.records.labels import EXTRAS, FIELD_LABELS, HELD_LABELS, Field
from vault.records.models import ClientKind, Level, Source
from vault.records.normalising import NORMALISE, extras_of
from vault.records.reasons import LIMIT
from vault.records.reveals.fields import PurposeField

_AS_BOOK: list[tuple[str, Any]] = [("", _("As the book says"))]
FACETS = ("visibility", "origin", "use")
# Putting an older version back is a page of its own, and says so itself.
_WHY = [choice for choice in ChangeReason.choices if choice[0] != ChangeReason.RESTORE]


class BookForm(forms.Form):
    """A new book: ours, or entrusted for one of the person's deals."""

    name = forms.CharField(label=_("Name of the book"), max_length=80)
    holding = forms.ChoiceField(label=_("Whose clients"), choices=Holding.choices, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(
        label=_("Main purpose"),
        choices=[(purpose.value, purpose.label) for purpose in purposes_of(Holding.OWN)],
        help_text=_("What we told our own clients. An entrusted book has no purpose but its deal."),
    )
    basis = forms.ChoiceField(
        label=_("Lawful basis of the main purpose"),
        choices=[
            ("", _("As usual for this purpose")),
            *((basis.value, basis.label) for basis in Basis if basis is not Basis.ENTRUSTED),
        ],
        required=False,
        help_text=_("What makes the use lawful (PIPL 13). An officer can change it later."),
    )
    deal = forms.TypedChoiceField(
        label=_("Deal"), coerce=UUID, required=False, empty_value=None, help_text=_("For an entrusted book.")
    )

    def __init__(self, *args: Any, deals: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((str(deal), code) for deal, code in deals)]
        self.fields["deal"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        entrusted = data.get("holding") == Holding.ENTRUSTED
        if entrusted and not data.get("deal"):
            self.add_error("deal", _("Choose the deal that these clients were entrusted for."))
        if not entrusted:
            data["deal"] = None
        data["basis"] = None if entrusted or not data.get("basis") else Basis(data["basis"])
        if (
            data["basis"]
            and data.get("purpose")
            and data["basis"] not in CARRIED_BY[Purpose(data["purpose"])]
        ):
            self.add_error("basis", _("This basis cannot carry the main purpose."))
        return data


class MemberForm(forms.Form):
    """Who may work in a book, and how far."""

    user = forms.ModelChoiceField(
        label=_("Person"),
        queryset=User.objects.filter(kind=Kind.STAFF, is_active=True).order_by("display_name"),
    )
    level = forms.TypedChoiceField(label=_("May"), choices=Level.choices, coerce=int, initial=Level.WORK)


class SealedFieldsForm(forms.Form):
    """The sealed fields: each is normalised and checked, and says in words what is wrong with it."""

    name = forms.CharField(label=FIELD_LABELS[Field.NAME])
    id_number = forms.CharField(label=FIELD_LABELS[Field.ID_NUMBER], required=False)
    credit_code = forms.CharField(label=FIELD_LABELS[Field.CREDIT_CODE], required=False)
    birth_date = forms.CharField(label=FIELD_LABELS[Field.BIRTH_DATE], required=False)
    phone = forms.CharField(label=FIELD_LABELS[Field.PHONE], required=False)
    email = forms.CharField(label=FIELD_LABELS[Field.EMAIL], required=False)
    address = forms.CharField(label=FIELD_LABELS[Field.ADDRESS], required=False)
    bank_account = forms.CharField(label=FIELD_LABELS[Field.BANK_ACCOUNT], required=False)
    notes = forms.CharField(label=FIELD_LABELS[Field.NOTES], required=False, widget=forms.Textarea)
    extras = forms.CharField(
        label=_("Extra fields"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One on each line, as name: value."),
    )

    def __init__(self, *args: Any, needless: Collection[str] = (), **kwargs: Any) -> None:
        """`needless`: codes that no purpose of the book needs. They are not offered; whoever sends one is
        refused where it would be stored (vault.purposes.needs)."""
        super().__init__(*args, **kwargs)
        self.needless = tuple(code for code in needless if code != Field.NAME and code in self.fields)
        for code in self.needless:
            del self.fields[code]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    @property
    def left_out(self) -> str:
        """The names of what is not asked for."""
        return in_words(self.needless)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in Field:
            if raw := data.get(name):
                self._normalise(name, raw, data)
        try:
            data["extras"] = extras_of(data.get("extras", ""))
        except FormatError as error:
            self.add_error("extras", error.message)
        return data

    def _normalise(self, name: Field, raw: str, data: dict[str, Any]) -> None:
        try:
            data[name] = NORMALISE[name](raw).value
        except FormatError as error:
            self.add_error(name, error.message)

    def values(self) -> dict[str, str]:
        """The values that were given, normalised; what was sent without being asked for is as it came."""
        given = {name.value: value for name in Field if (value := self.cleaned_data.get(name))}
        return given | {code: self.data[code] for code in self._forged() if code != EXTRAS}

    def given_extras(self) -> dict[str, str]:
        """As `values`, of the extra fields."""
        given: dict[str, str] = self.cleaned_data["extras"]
        return {EXTRAS: self.data[EXTRAS]} if EXTRAS in self._forged() else given

    def _forged(self) -> list[str]:
        return [code for code in self.needless if self.data.get(code)]


def check_kind(form: SealedFieldsForm) -> None:
    """Whoever is said to be a company shows as one (vault.formats.kinds); the form's fields are checked."""
    said = form.cleaned_data.get("kind")
    if said == ClientKind.COMPANY and not form.errors and kind_of(form.values()) != said:
        form.add_error("kind", NOT_A_COMPANY)


class ClientForm(SealedFieldsForm):
    """A new client."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ClientKind.choices, initial=ClientKind.PERSON)
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, initial=Source.WALK_IN)
    visibility = forms.ChoiceField(
        label=pgettext_lazy("facet", "Openness"), choices=[*_AS_BOOK, *Visibility.choices], required=False
    )
    origin = forms.ChoiceField(
        label=pgettext_lazy("facet", "Origin"), choices=[*_AS_BOOK, *Origin.choices], required=False
    )
    use = forms.ChoiceField(
        label=pgettext_lazy("facet", "Use"), choices=[*_AS_BOOK, *Use.choices], required=False
    )
    # Shown once such a client was met (`ask_whether_another`), and sent along from then on.
    another = forms.BooleanField(
        label=_("This is somebody else: save all the same"), required=False, widget=forms.HiddenInput
    )
    field_order = ("another", "kind", "name", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("another"):
            self.ask_whether_another()

    def ask_whether_another(self) -> None:
        """Such a client is in the person's books: they say that this one is another, or save none."""
        self.fields["another"].widget = forms.CheckboxInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_kind(self)
        return data

    def facets(self) -> dict[str, str]:
        """How open the data are, where they come from, what they serve; "" as the book says."""
        return {name: self.cleaned_data[name] for name in FACETS}


class EditForm(SealedFieldsForm):
    """A change: what is left empty stays as it is, for the form shows masks and not what is recorded."""

    name = forms.CharField(label=FIELD_LABELS[Field.NAME], required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    emptied = forms.MultipleChoiceField(
        label=_("Empty these"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(name.value, FIELD_LABELS[name]) for name in Field if name is not Field.NAME],
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ClientKind.choices)
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices)
    grade = forms.TypedChoiceField(label=_("Grade"), choices=Grade.choices, coerce=int)
    reason = forms.ChoiceField(label=_("Why it is changed"), choices=_WHY)

    def __init__(
        self, *args: Any, masks: Mapping[str, str], extra_names: Collection[str] = (), **kwargs: Any
    ) -> None:
        """`extra_names`: of the client's extra fields, which can be emptied where nothing needs them."""
        super().__init__(*args, **kwargs)
        self.extra_names = extra_names
        for name, mask in masks.items():
            if mask and name in self.fields:
                self.fields[name].widget.attrs["placeholder"] = mask
        if EXTRAS in self.fields:
            self.fields[EXTRAS].help_text = _(
                "One on each line, as name: value. A name without a value removes that field."
            )
        elif extra_names:
            self.fields["emptied"].choices += [(EXTRAS, HELD_LABELS[EXTRAS])]  # type: ignore[attr-defined]

    def values(self) -> dict[str, str]:
        emptied = [code for code in self.cleaned_data["emptied"] if code != EXTRAS]
        return dict.fromkeys(emptied, "") | super().values()

    def given_extras(self) -> dict[str, str]:
        emptied = EXTRAS in self.cleaned_data["emptied"]
        return super().given_extras() or (dict.fromkeys(self.extra_names, "") if emptied else {})


class RevealForm(forms.Form):
    """Why plaintext is needed."""

    purpose = PurposeField()
    # Nothing is chosen beforehand: a reason that nobody picked explains nothing.
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason…")), *Reason.choices])
    words = forms.CharField(label=_("In words"), max_length=LIMIT, required=False)

    def __init__(self, *args: Any, holding: str, use: str = Use.BUSINESS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].offer(holding, use)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == Reason.OTHER and not data.get("words"):
            self.add_error("words", _("Say the reason in words."))
        return data
