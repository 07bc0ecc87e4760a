"""What a typed text can mean: a phone, a document, a name, a part of one, or `王 1234`.

A text is looked for as everything that it can be. What was typed stays in memory; the log and the page get
the kinds alone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vault.formats import bank_account, credit_code, email, identity, names, phone
from vault.formats.checked import FormatError
from vault.formats.identity import Document
from vault.formats.text import clean
from vault.records.indexing import STORED, Values, head_key
from vault.records.labels import Field, IndexLabel

_WHOLE: Mapping[IndexLabel, Callable[[str], str]] = {
    IndexLabel.PHONE: phone.search_key,
    IndexLabel.ID_NUMBER: identity.search_key,
    IndexLabel.EMAIL: email.search_key,
    IndexLabel.CREDIT_CODE: credit_code.search_key,
    IndexLabel.BANK_ACCOUNT: bank_account.search_key,
}
_END = re.compile(r"(?:尾号)?\s*([0-9]{4})")
_NAME_AND_END = re.compile(r"([^0-9]+?)\s*(?:尾号)?\s*([0-9]{4})")

KIND_WORDS: Mapping[IndexLabel, Promise] = {
    IndexLabel.PHONE: _("phone number"),
    IndexLabel.ID_NUMBER: _("number of an identity document"),
    IndexLabel.EMAIL: _("e-mail address"),
    IndexLabel.CREDIT_CODE: _("credit code"),
    IndexLabel.NAME: _("whole name"),
    IndexLabel.BANK_ACCOUNT: _("bank account"),
    IndexLabel.PHONE_END: _("last four digits of a phone"),
    IndexLabel.ACCOUNT_END: _("last four digits of a bank account"),
    IndexLabel.NAME_PART: _("part of a name"),
    IndexLabel.NAME_AND_PHONE_END: _("name and last four digits of the phone"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that the text can be: a client is meant that has all of `keys` in that index.

    `name` is what the client's name must hold beyond that: an index knows characters, not their order.
    """

    label: IndexLabel
    keys: tuple[str, ...] = field(repr=False)
    name: str = field(default="", repr=False)

    def fits(self, values: Values) -> bool:
        """Whether a client with these normalised values is meant."""
        own = STORED[self.label](values)
        return all(key in own for key in self.keys) and (
            not self.name or names.is_found_by(values[Field.NAME], self.name)
        )


def meanings(text: str) -> list[Meaning]:
    """Everything that the text can mean, the narrowest first; empty when it is nothing that can be found."""
    found = []
    for label, key in _WHOLE.items():
        try:
            found.append(Meaning(label, (key(text),)))
        except FormatError:
            continue
    try:
        cleaned = clean(text, limit=names.LIMIT)
    except FormatError:
        return found
    if end := _END.fullmatch(cleaned):
        found += [Meaning(label, (end[1],)) for label in (IndexLabel.PHONE_END, IndexLabel.ACCOUNT_END)]
    # A whole number or address is no name, though its letters could be.
    found = found or _names(cleaned)
    return found if any(one.label is IndexLabel.ID_NUMBER for one in found) else found + _said_document(text)


def _said_document(text: str) -> list[Meaning]:
    """A number that was recorded since its document was named beside it: `19900101`, `AB1234`.

    As a passport's, whose form is the widest: every other that has to be named is among them. What looks so
    may as well be something else, which is why it is looked for beside the rest.
    """
    try:
        return [Meaning(IndexLabel.ID_NUMBER, (identity.search_key(text, named=Document.PASSPORT),))]
    except FormatError:
        return []


def _names(text: str) -> list[Meaning]:
    found = []
    both = _NAME_AND_END.fullmatch(text)
    if both and (head := _head(both[1])):
        found.append(Meaning(IndexLabel.NAME_AND_PHONE_END, (head_key(head, both[2]),), both[1]))
    try:
        found.append(Meaning(IndexLabel.NAME, (names.search_key(text),)))
    except FormatError:
        return found
    if parts := names.parts(text):
        found.append(Meaning(IndexLabel.NAME_PART, tuple(sorted(parts)), text))
    return found


def _head(typed: str) -> str:
    """The surname in what stands before the digits: `欧阳`, `王小明`, `Li`."""
    runs = names.runs(typed)
    if not runs:
        return ""
    first = runs[0]
    if not names.is_ideograph(first[0]):
        return first
    return first[:2] if first[:2] in names.COMPOUND_SURNAMES else first[:1]


def in_words(kinds: tuple[IndexLabel, ...]) -> list[str]:
    """What a text was taken for, in the user's language."""
    return [str(KIND_WORDS[kind]) for kind in kinds]
