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
    """The blind indexes of a book. The number is stored in each index row."""

    PHONE = 1
    ID_NUMBER = 2
    EMAIL = 3
    CREDIT_CODE = 4
    NAME = 5
    UNIQUE = 6

    @property
    def owner(self) -> UUID:
        """The keyring's owner of every book's key for this index; it also separates the tokens' domains."""
        return uuid5(_NAMESPACE, f"client.{self.name.lower()}")

    @property
    def bits(self) -> int:
        """128 where equality decides; else 24, so that a row of the index alone confirms nothing.

        At a million clients one lookup in sixteen meets a stranger's token: each candidate is opened and
        compared.
        """
        return 128 if self is IndexLabel.UNIQUE else 24


SEARCHED = tuple(label for label in IndexLabel if label is not IndexLabel.UNIQUE)


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
FIELDS_OF: dict[Group, tuple[Field, ...]] = {
    Group.IDENTITY: (Field.NAME, Field.ID_NUMBER, Field.CREDIT_CODE, Field.BIRTH_DATE),
    Group.CONTACT: (Field.PHONE, Field.EMAIL, Field.ADDRESS),
    Group.FINANCIAL: (Field.BANK_ACCOUNT,),
    Group.NOTES: (Field.NOTES,),
}
