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
from vault.intake.parsing import Candidate, Parsed
from vault.intake.spotting import LIMIT
from vault.records.drafts import ClientDraft
from vault.records.forms import SealedFieldsForm
from vault.records.models import ClientBook, ClientKind, Source

FOUND = ("name", "phone", "company", "id_number", "credit_code", "email", "address", "bank_account")


class IntakeForm(SealedFieldsForm):
    """A chat message and what was understood of it, to be corrected.

    `seen` says which text the fields were read from: nobody saves what they have not seen.
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
    basis = forms.ChoiceField(
        label=_("Lawful basis"), choices=EnquiryBasis.choices, initial=EnquiryBasis.CONTRACT
    )
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, initial=Source.WALK_IN)
    keep = forms.BooleanField(label=_("Keep the whole message, sealed, in the notes"), required=False)
    another = forms.BooleanField(label=_("This is somebody else: save all the same"), required=False)

    def __init__(self, *args: Any, books: "QuerySet[ClientBook]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["extras"], self.fields["birth_date"]
        self.fields["book"].queryset = books  # type: ignore[attr-defined]
        for name in FOUND:
            self.fields[name].widget.attrs["placeholder"] = " "  # by which the style sheet sees what is empty
        self.fields["notes"].widget.attrs["rows"] = 3

    def was_seen(self) -> bool:
        """Whether the fields are those of the very text beside them."""
        message = self.data.get("message", "")
        return not message.strip() or self.data.get("seen") == mark_of(message)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("keep") and (message := data.get("message", "").strip()):
            notes = "\n\n".join(part for part in (data.get("notes", ""), message) if part)
            # A message longer than notes may be is kept as far as they go; control characters are not kept.
            whole = texts.clean(printable(notes), limit=4 * LIMIT, lines=True)
            data["notes"] = whole[: texts.NOTES_LIMIT]
        return data

    def draft(self) -> ClientDraft:
        """What is to be saved. The form is valid."""
        data = self.cleaned_data
        extras = {pgettext("client", "Company"): data["company"]} if data["company"] else {}
        return ClientDraft(data["kind"], self.values(), extras, data["source"])


def mark_of(message: str) -> str:
    """Tells one text from another. Browsers send line ends as CRLF; htmx as they are."""
    return sha256("\n".join(message.splitlines()).encode("utf-8", "replace")).hexdigest()


def printable(text: str) -> str:
    return "".join(one for one in text if one in "\n\t" or one.isprintable())


def filled(
    candidate: Candidate | None, parsed: Parsed, message: str, chosen: dict[str, Any]
) -> dict[str, Any]:
    """The initial values of a form whose fields were just read; `chosen` stays as the person left it."""
    values = dict(candidate.values) if candidate else {}
    kind = candidate.kind if candidate else ClientKind.PERSON
    company = candidate.company if candidate else ""
    return (
        chosen
        | values
        | {
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
        help_text=_("Nobody chosen: the clients go to the public pool."),
    )

    def __init__(self, *args: Any, workers: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = workers  # type: ignore[attr-defined]
