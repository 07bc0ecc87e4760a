"""The text of a notice: what PIPL 17 and 30 demand, from the book's facts and what the officer wrote."""

import hashlib
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from audit.entry import canonical
from vault.purposes.asks import asks_of
from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import Purpose
from vault.purposes.codes import Recipient, Scope
from vault.purposes.needs import in_words, needed_by_any
from vault.records.labels import HELD_IN, Field, Group

LANGUAGES = {"zh-hans": "zh", "en": "en"}
INPUTS = ("who", "contact", "method", "retention", "extra")

Inputs = Mapping[str, str]  # "who_zh" → what the officer wrote
Section = list[str]  # heading, text


def content_of(rows: Sequence[BookBasis], inputs: Inputs) -> dict[str, list[Section]]:
    """The notice in both languages. `rows` are the purposes that are on."""
    content: dict[str, list[Section]] = {}
    for language, suffix in LANGUAGES.items():
        with override(language):
            content[language] = _sections(rows, {name: inputs[f"{name}_{suffix}"] for name in INPUTS})
    return content


def _sections(rows: Sequence[BookBasis], said: Mapping[str, str]) -> list[Section]:
    sections = [
        [_("Who we are"), f"{said['who']}\n{said['contact']}"],
        [_("What we use your data for"), "\n".join(_line(row) for row in rows)],
        [_("How we handle them"), said["method"]],
        [_("Which data"), "\n".join([*_groups(rows), *_sensitive(rows)])],
        [_("How long we keep them"), said["retention"]],
        [
            _("Your rights"),
            _(
                "You may know and decide what is done with your data, may limit or refuse it unless a statute"
                " says otherwise, and may ask us to show, copy, correct, complete, transfer, explain or"
                " delete them. Write to the contact above; we answer within 30 days. You may also complain to"
                " the authority for personal information."
            ),
        ],
        [
            _("If you change your mind"),
            _(
                "Whatever you agree to below, you can withdraw by the same link with one click. From then on"
                " we stop using your data for it. What was done before stays lawful, and you lose no service"
                " that does not need it."
            ),
        ],
    ]
    if said["extra"]:
        sections.append([pgettext("notice", "Also"), said["extra"]])
    return sections


def _line(row: BookBasis) -> str:
    line = _("%(purpose)s: %(basis)s. It needs: %(fields)s") % {
        "purpose": row.get_purpose_display(),
        "basis": row.get_basis_display(),
        "fields": in_words(row.fields) or _("none of your data"),
    }
    if row.recipients:
        names = _(", ").join(str(Recipient(code).label) for code in row.recipients)
        line = _("%(line)s; given, with your separate consent, to: %(names)s") % {
            "line": line,
            "names": names,
        }
    if row.overseas:
        line = _("%(line)s; sent abroad with your separate consent") % {"line": line}
    return line


def _groups(rows: Sequence[BookBasis]) -> list[str]:
    """The kinds of data (PIPL 17): what at least one of the purposes needs, and nothing else is taken in."""
    needed = needed_by_any(rows)
    held = {group: [code for code in HELD_IN[group] if code in needed] for group in Group}
    return [
        _("%(group)s: %(fields)s.") % {"group": group.label, "fields": in_words(codes)}
        for group, codes in held.items()
        if codes
    ]


def _sensitive(rows: Sequence[BookBasis]) -> list[str]:
    """PIPL 30: why sensitive data are needed, and what that means for the person."""
    said = []
    if Field.BANK_ACCOUNT in needed_by_any(rows):
        said.append(
            _(
                "A bank account is sensitive: we need it only to pay or to be paid in your matter. If it"
                " became known to others, your property could be harmed; it is sealed and every opening is"
                " recorded."
            )
        )
    if any(ask.scope is Scope.SENSITIVE for ask in asks_of(rows)):
        said.append(_("We use sensitive data only with the separate consent below."))
    return said


def terms_of(rows: Sequence[BookBasis], inputs: Inputs) -> dict[str, str]:
    """Purpose → digest of what consent to it depends on: purpose, basis and method (PIPL 14)."""
    method = [inputs[f"method_{suffix}"] for suffix in LANGUAGES.values()]
    return {
        Purpose(row.purpose).value: hashlib.sha256(canonical([row.purpose, row.basis, *method])).hexdigest()
        for row in rows
    }


def hash_of(content: Mapping[str, object]) -> bytes:
    """SHA-256 over the canonical JSON of both languages: what a printed notice can be compared with."""
    return hashlib.sha256(canonical(content)).digest()
