"""What would promise that a use is in order is said nowhere: no count, approval or purpose makes it so
(interpretation of 2017, arts. 5 and 11)."""

import re
from pathlib import Path

import polib
from django.conf import settings

from tools.message_sources import used_messages

ROOT = Path(settings.BASE_DIR)
OURS = ("vault/disclosures/", "templates/vault/disclosures/", "vault/management/commands/trace_export.py")
# In the messages of disclosures, which count, not even a nearby word.
FORBIDDEN = re.compile(
    r"\b(allow|permit|authori[sz]ed|lawfully|compliant|safe|within the limit)"
    r"|允许|许可|可以导出|准许|放心",
    re.IGNORECASE,
)
# On every page of the three layers whatever calls a use allowed.
_DOING = "use|export|share|give|reveal|disclose|copy|download"
_DONE = "used|exported|shared|given|revealed|disclosed|copied|downloaded"
CALLED_ALLOWED = re.compile(
    rf"\b(?:allow(?:s|ed)?|permitted|permissible|authori[sz]ed|lawfully|legally|compliant)\b"
    rf"|\b(?:may|can) (?:now |freely |safely )?be (?:{_DONE})\b"
    rf"|\byou (?:may|can) (?:now |freely |safely )?(?:{_DOING})\b|\bsafe to\b"
    r"|允许|许可|准许|放心|获准|可(?:以|安全|自由|任意)+(?:导出|使用|用于|提供|披露|共享|下载)|合规(?!专员)",
    re.IGNORECASE,
)
HARMLESS = (
    # How long a text or a list can be.
    "at most %(limit)d are allowed",
    "最多允许 %(limit)d",
    # The counts make nothing lawful.
    "不代表合规",
    # Said of what cannot be done.
    "Nobody of this list can be exported",
    # Why a list stands in a book, what an officer sets up: never a verdict on one use.
    "the data were lawfully public",
    "Lawfully made public, within reason",
    "What each client book may be used for",
    "What it may be used for",
    "that decides what they may be used for",
    # What a notice tells the person of whom the data are, or a form asks about that consent.
    "May be given to, with separate consent",
    # Whose file it is: beside the approval stands what each download does.
    "Only you can download it",
)


def test_no_message_promises_that_anything_is_in_order() -> None:
    ours = {
        message.text for message, where in used_messages(ROOT).items() if any(one in where for one in OURS)
    }
    assert len(ours) > 100
    catalogue = polib.pofile(str(ROOT / "locale/disclosures/zh_Hans/LC_MESSAGES/django.po"))
    chinese = [text for entry in catalogue for text in (entry.msgstr, *entry.msgstr_plural.values())]
    sources = [path.read_text() for path in (ROOT / "templates/vault/disclosures").iterdir()]
    assert [text for text in (*ours, *chinese, *sources) if FORBIDDEN.search(text)] == []


def _said() -> set[str]:
    """Every message of the three layers, in English and in Chinese."""
    layers = ("vault: ", "deals: ", "compliance: ")
    ours = {message.text for message, where in used_messages(ROOT).items() if where.startswith(layers)}
    said = set(ours)
    for catalogue in ROOT.glob("locale/*/zh_Hans/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(catalogue)):
            if entry.msgid in ours:
                said |= {entry.msgid_plural, entry.msgstr, *entry.msgstr_plural.values()}
    return said


def test_no_page_of_vault_deals_and_compliance_calls_a_use_allowed() -> None:
    said = _said()
    assert len(said) > 3000
    kept = dict.fromkeys(HARMLESS, False)
    found = []
    for text in said:
        for phrase in HARMLESS:
            kept[phrase] |= phrase in text
        rest = text
        for phrase in HARMLESS:
            rest = rest.replace(phrase, "")
        found += [text] if CALLED_ALLOWED.search(rest) else []
    assert found == []
    assert all(kept.values()), kept  # what nobody says any more is no exception any more
