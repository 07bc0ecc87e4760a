"""The three classes of personal information that the interpretation of 2017 counts apart, and our fields.

Interpretation of the Supreme Court and the Supreme Procuratorate on infringing citizens' personal information
(法释〔2017〕10号), art. 5: (三) 50 of tracks, content of communications, credit or property; (四) 500 of
accommodation, communication records, health, transactions and whatever else may touch a person's safety
or property; (五) 5,000 of others; (六) classes combine in proportion; (八) half of it for whoever obtained
them in performing duties or providing services, which is our case. Art. 11: who is given to several
recipients counts once for each.

None of these numbers is a safe harbour: they only say when an officer must look.
"""

import re
from collections.abc import Iterable, Mapping

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _

from vault.records.labels import EXTRAS, Field, Group


class Category(IntegerChoices):
    """In falling gravity. The number is stored in each row of the register."""

    PROPERTY = 1, _("Property, credit, tracks, content of communications")
    TRANSACTION = 2, _("Transactions, health, lodging, communication records, other risks")
    OTHER = 3, _("Other personal information")


# Half of art. 5 (三) to (五), by (八).
MARKS: Mapping[Category, int] = {Category.PROPERTY: 25, Category.TRANSACTION: 250, Category.OTHER: 2500}
_NUMBER = re.compile("[0-9]{1,5}")
FULL = 2500  # points at which the marks are reached together, a person of the last class being one

CATEGORY_OF_FIELD: Mapping[Field, Category] = {
    # A name, a birth date and a registered code alone open nothing.
    Field.NAME: Category.OTHER,
    Field.CREDIT_CODE: Category.OTHER,
    Field.BIRTH_DATE: Category.OTHER,
    Field.PHONE: Category.OTHER,
    Field.EMAIL: Category.OTHER,
    # With the number of an ID card accounts are opened in its holder's name: "may touch property".
    Field.ID_NUMBER: Category.TRANSACTION,
    # Where somebody lives touches their safety.
    Field.ADDRESS: Category.TRANSACTION,
    # What an agent notes of a client is what the two transact.
    Field.NOTES: Category.TRANSACTION,
    # 财产信息 by its wording.
    Field.BANK_ACCOUNT: Category.PROPERTY,
}
# A group is shown whole, so its gravest field decides.
CATEGORY_OF_GROUP: Mapping[Group, Category] = {
    Group.IDENTITY: Category.TRANSACTION,
    Group.CONTACT: Category.TRANSACTION,
    Group.FINANCIAL: Category.PROPERTY,
    Group.NOTES: Category.TRANSACTION,
}


def gravest(fields: Iterable[Field]) -> Category:
    """The class in which a person counts whose record shows these fields. Raises ValueError for none."""
    return min(CATEGORY_OF_FIELD[field] for field in fields)


def category_of_codes(codes: Iterable[str]) -> Category:
    """As `gravest`, of `labels.HELD` codes: extra fields are notes by another name."""
    return gravest(Field.NOTES if code == EXTRAS else Field(code) for code in codes)


def points(counts: Mapping[Category, int]) -> int:
    """n₁/25 + n₂/250 + n₃/2,500 in points of which FULL make one (art. 5 (六))."""
    return sum(counts.get(one, 0) * FULL // MARKS[one] for one in Category)


def adding_code(counts: Mapping[Category, int]) -> str:
    """Counts as an address carries them: "0.25.0"."""
    return ".".join(str(counts.get(one, 0)) for one in Category)


def adding_of(code: str) -> dict[Category, int]:
    """The counts of such a code; none for what is no such code. An officer sees them before they count."""
    parts = code.split(".")
    if len(parts) != len(Category) or not all(_NUMBER.fullmatch(part) for part in parts):
        return {}
    return dict(zip(Category, map(int, parts), strict=True))
