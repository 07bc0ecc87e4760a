"""The declared labels of disclosure groups and blind indexes: bound into what is stored, so they stay."""

from enum import IntEnum, StrEnum
from uuid import UUID, uuid5

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_NAMESPACE = UUID("6b1f6a4e-2f0a-5a57-9d55-0d3c4f8b7a10")


class Group(TextChoices):
    """The disclosure groups of a client: opened, and shut, one by one."""

    IDENTITY = "client.identity", pgettext_lazy("field group", "Identity")
    CONTACT = "client.contact", pgettext_lazy("field group", "Contact")
    FINANCIAL = "client.financial", pgettext_lazy("field group", "Bank account")
    NOTES = "client.notes", pgettext_lazy("field group", "Notes")


class IndexLabel(IntEnum):
    """The blind indexes of a book. The number is stored in each token."""

    PHONE = 1
    ID_NUMBER = 2
    EMAIL = 3
    CREDIT_CODE = 4
    NAME = 5
    UNIQUE = 6
    BANK_ACCOUNT = 7
    PHONE_END = 8
    ACCOUNT_END = 9
    NAME_PART = 10
    NAME_AND_PHONE_END = 11

    @property
    def owner(self) -> UUID:
        """The keyring's owner of every book's key for this index; it also separates the tokens' domains."""
        return uuid5(_NAMESPACE, f"client.{self.name.lower()}")

    @property
    def code(self) -> str:
        """How the log names what was looked for."""
        return self.name.lower()

    @property
    def bits(self) -> int:
        """128 where equality decides; else so few that values share a token, so that a row of the index alone
        confirms nothing. The arithmetic stands in docs/crypto.md, "How many bits"."""
        return _BITS[self]


_BITS = {
    IndexLabel.PHONE: 16,
    IndexLabel.ID_NUMBER: 16,
    IndexLabel.EMAIL: 16,
    IndexLabel.CREDIT_CODE: 16,
    IndexLabel.NAME: 16,
    IndexLabel.UNIQUE: 128,
    IndexLabel.BANK_ACCOUNT: 16,
    IndexLabel.PHONE_END: 11,
    IndexLabel.ACCOUNT_END: 11,
    IndexLabel.NAME_PART: 10,
    IndexLabel.NAME_AND_PHONE_END: 14,
}


class Field(StrEnum):
    """The sealed fields of a client, by the code that the log and the pages use."""

    NAME = "name"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BANK_ACCOUNT = "bank_account"
    NOTES = "notes"


FIELD_LABELS = {
    Field.NAME: pgettext_lazy("client", "Name"),
    Field.ID_NUMBER: _("ID number"),
    Field.CREDIT_CODE: _("Credit code"),
    Field.BIRTH_DATE: _("Birth date"),
    Field.PHONE: _("Phone"),
    Field.EMAIL: pgettext_lazy("client", "E-mail"),
    Field.ADDRESS: _("Address"),
    Field.BANK_ACCOUNT: _("Bank account"),
    Field.NOTES: _("Notes"),
}
EXTRAS = "extras"  # the code of a client's extra fields, all of them
FIELDS_OF: dict[Group, tuple[Field, ...]] = {
    Group.IDENTITY: (Field.NAME, Field.ID_NUMBER, Field.CREDIT_CODE, Field.BIRTH_DATE),
    Group.CONTACT: (Field.PHONE, Field.EMAIL, Field.ADDRESS),
    Group.FINANCIAL: (Field.BANK_ACCOUNT,),
    Group.NOTES: (Field.NOTES,),
}
# Everything that can be held of a client, by code: the typed fields, and the extra ones as a whole.
HELD: tuple[str, ...] = (*(field.value for field in Field), EXTRAS)
HELD_LABELS = {**{field.value: label for field, label in FIELD_LABELS.items()}, EXTRAS: _("Extra fields")}
HELD_IN: dict[Group, tuple[str, ...]] = {
    group: (*(field.value for field in fields), *((EXTRAS,) if group is Group.NOTES else ()))
    for group, fields in FIELDS_OF.items()
}
