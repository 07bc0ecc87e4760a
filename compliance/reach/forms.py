from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.sentences import short
from deals.pipeline.models import Deal
from people.accounts.models import Kind, User
from vault.purposes.catalogue import Holding
from vault.records.models import Client, ClientBook

CHOOSE = gettext_lazy("Choose…")


class DealForm(forms.Form):
    deal = forms.ModelChoiceField(
        Deal.objects.order_by("code_name"), label=gettext_lazy("Deal"), empty_label=CHOOSE
    )


class _Books(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, book: Any) -> str:
        return book_words(cast(ClientBook, book))


class BookForm(forms.Form):
    book = _Books(
        ClientBook.objects.select_related("lead").order_by("lead__display_name", "created_at", "pk"),
        label=gettext_lazy("Client book"),
        empty_label=CHOOSE,
    )


class ClientForm(forms.Form):
    client = forms.ModelChoiceField(
        Client.objects.all(),
        label=gettext_lazy("Client (record number)"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid_choice": gettext_lazy("There is no client with this record number.")},
    )


class PersonForm(forms.Form):
    person = forms.ModelChoiceField(
        User.objects.exclude(kind=Kind.SERVICE).order_by("display_name", "pk"),
        label=gettext_lazy("Person"),
        empty_label=CHOOSE,
    )


def book_words(book: ClientBook) -> str:
    """A book to whoever may not see its name: whose clients it holds, who leads it, the end of its id."""
    return _("%(holding)s · led by %(lead)s · %(id)s") % {
        "holding": Holding(book.holding).label,
        "lead": book.lead.display_name,
        "id": short(book.pk),
    }
