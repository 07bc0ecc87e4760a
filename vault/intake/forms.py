"""The forms of intake, ownership and hand-over."""

from hashlib import sha256
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from people.accounts.models import User
from vault.formats import text as texts
from vault.intake.models import EnquiryBasis, OwnershipRule
from vault.intake.parsing import Candidate, Parsed, parse, without
from vault.intake.spotting import LIMIT
from vault.purposes.needs import in_words
from vault.records.drafts import ClientDraft
from vault.records.forms import SealedFieldsForm, check_kind
from vault.records.labels import EXTRAS, Field
from vault.records.models import ClientBook, ClientKind, Source

FOUND = {"name", "phone", "company", "id_number", "credit_code", "email", "address", "bank_account"}
_READ_FROM_IT = {
    EnquiryBasis.CONTRACT: _("Read from the message: it asks for business."),
    EnquiryBasis.CONSENT: _("Read from the message: it agrees to be contacted."),
}


class IntakeForm(SealedFieldsForm):
    """A chat message and what was understood of it, to be corrected.

    `seen` says which text the fields were read from: nobody saves what they have not seen. `suggested` is the
    basis that was read from it, by which a choice of the person's own is told from it.
    """

    message = forms.CharField(
        label=_("Chat message"), required=False, max_length=LIMIT, strip=False, widget=forms.Textarea
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    book = forms.ModelChoiceField(
        label=_("Into the book"), queryset=ClientBook.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ClientKind.choices, initial=ClientKind.PERSON)
    company = forms.CharField(label=_("Their company"), required=False, max_length=100)
    basis = forms.ChoiceField(label=_("Lawful basis"), choices=[("", _("Choose…")), *EnquiryBasis.choices])
    suggested = forms.CharField(required=False, widget=forms.HiddenInput)
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, initial=Source.WALK_IN)
    keep = forms.BooleanField(label=_("Keep the whole message, sealed, in the notes"), required=False)
    keep_rest = forms.BooleanField(
        label=_("Keep what was not understood, sealed, in the notes"), required=False, initial=True
    )
    another = forms.BooleanField(label=_("This is somebody else: save all the same"), required=False)

    def __init__(self, *args: Any, books: "QuerySet[ClientBook]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in (EXTRAS, Field.BIRTH_DATE, *(("company",) if EXTRAS in self.needless else ())):
            self.fields.pop(code, None)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]
        for name in self.fields.keys() & FOUND:
            self.fields[name].widget.attrs["placeholder"] = " "  # by which the style sheet sees what is empty
        if "notes" in self.fields:
            self.fields["notes"].widget.attrs["rows"] = 3
        self.fields["basis"].help_text = _READ_FROM_IT.get(self.initial.get("suggested", ""), "")

    def was_seen(self) -> bool:
        """Whether the fields are those of the very text beside them."""
        message = self.data.get("message", "")
        return not message.strip() or self.data.get("seen") == mark_of(message)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        message = without(data.get("message", "").strip(), self.needless)
        kept = message if data.get("keep") else parse(message).rest if data.get("keep_rest") else ""
        if kept and "notes" in self.fields:
            notes = "\n\n".join(part for part in (data.get("notes", ""), kept) if part)
            # A message longer than notes may be is kept as far as they go; control characters are not kept.
            whole = texts.clean(printable(notes), limit=4 * LIMIT, lines=True)
            data["notes"] = whole[: texts.NOTES_LIMIT]
        check_kind(self)
        return data

    def draft(self) -> ClientDraft:
        """What is to be saved. The form is valid."""
        data = self.cleaned_data
        extras = {pgettext("client", "Company"): data["company"]} if data.get("company") else {}
        return ClientDraft(data["kind"], self.values(), extras, data["source"])

    def values(self) -> dict[str, str]:
        """Without what nothing needs: it stood in the message, nobody chose it, and the page says so."""
        return {code: value for code, value in super().values().items() if code not in self.needless}

    def kept_out(self, parsed: Parsed) -> str:
        """The names of what the message or the form holds and no purpose of the book needs."""
        found = {code for one in parsed.candidates for code in one.values}
        if self.data.get("company") or any(one.company for one in parsed.candidates):
            found.add(EXTRAS)
        return in_words(code for code in self.needless if code in found or self.data.get(code))


def basis_in(parsed: Parsed) -> str:
    """What the enquiry itself brings (PIPL 13, 1 and 2); empty where it says neither, and the person chooses.

    Whoever asks for a deal is served under it; consent is asked for where nothing else carries the handling.
    """
    return EnquiryBasis.CONTRACT if parsed.asks else EnquiryBasis.CONSENT if parsed.agrees else ""


def mark_of(message: str) -> str:
    """Tells one text from another. Browsers send line ends as CRLF; htmx as they are."""
    return sha256("\n".join(message.splitlines()).encode("utf-8", "replace")).hexdigest()


def printable(text: str) -> str:
    return "".join(one for one in text if one in "\n\t" or one.isprintable())


def filled(
    candidate: Candidate | None, parsed: Parsed, message: str, chosen: dict[str, Any]
) -> dict[str, Any]:
    """The initial values of a form whose fields were just read; `chosen` stays as the person left it."""
    basis = basis_in(parsed)
    values = dict(candidate.values) if candidate else {}
    kind = candidate.kind if candidate else ClientKind.PERSON
    company = candidate.company if candidate else ""
    return (
        {"basis": basis}
        | chosen
        | values
        | {
            "suggested": basis,
            "kind": kind,
            "company": company,
            "notes": parsed.wants,
            "message": message,
            "seen": mark_of(message),
        }
    )


class RuleForm(forms.ModelForm[OwnershipRule]):
    """How long clients of a book are somebody's."""

    class Meta:
        model = OwnershipRule
        fields = ("protect_days", "longest_days", "claims_a_day")


class AssignForm(forms.Form):
    """A manager gives the client to somebody who works in the book."""

    to = forms.ModelChoiceField(label=_("New owner"), queryset=User.objects.none(), empty_label=_("Choose…"))

    def __init__(self, *args: Any, workers: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = workers  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """Who gets the clients that somebody leaves behind in one book."""

    kind = forms.ChoiceField(
        label=_("Which clients"), required=False, choices=[("", _("All")), *ClientKind.choices]
    )
    to = forms.ModelMultipleChoiceField(
        label=_("New owners, in equal shares"),
        required=False,
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who takes over.")},
    )

    def __init__(self, *args: Any, workers: "QuerySet[User]", has_pool: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        to.queryset = workers  # type: ignore[attr-defined]
        to.required = not has_pool
        if has_pool:
            to.help_text = _("Nobody chosen: the clients go to the public pool.")
