"""What people type into a form, field by field: normalised and checked as in an import."""

from collections.abc import Callable, Mapping

from vault.formats import bank_account, credit_code, dates, email, identity, names, phone, text
from vault.formats.checked import Checked, FormatError
from vault.records.labels import Field

EXTRAS_LIMIT = 30


def _address(raw: str) -> Checked:
    return text.normalise(raw, limit=text.ADDRESS_LIMIT)


def _notes(raw: str) -> Checked:
    return text.normalise(raw, limit=text.NOTES_LIMIT, lines=True)


NORMALISE: Mapping[Field, Callable[[str], Checked]] = {
    Field.NAME: names.normalise,
    Field.ID_NUMBER: identity.normalise,
    Field.CREDIT_CODE: credit_code.normalise,
    Field.BIRTH_DATE: dates.birth_date,
    Field.PHONE: phone.normalise,
    Field.EMAIL: email.normalise,
    Field.ADDRESS: _address,
    Field.BANK_ACCOUNT: bank_account.normalise,
    Field.NOTES: _notes,
}


def extras_of(raw: str) -> dict[str, str]:
    """Extra fields from lines of `name: value`. Raises FormatError for a line without a name, or too many."""
    extras: dict[str, str] = {}
    for line in raw.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.replace("：", ":", 1).partition(":")
        name = text.clean(name, limit=text.LABEL_LIMIT)
        if not colon or not name:
            raise FormatError("extras.form")
        extras[name] = text.clean(value, limit=text.EXTRA_LIMIT)
    if len(extras) > EXTRAS_LIMIT:
        raise FormatError("extras.many", count=len(extras), limit=EXTRAS_LIMIT)
    return extras
