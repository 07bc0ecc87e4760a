"""The grade of each field: declared here, raised by a book or by the client itself, never below.

Grades after GB/T 43697-2024 (the four sub-levels of general data) and GB/T 45574-2025 (sensitive personal
information). The reasons stand beside the grades, for an officer reads them on the page of grades.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vault.masking.grades import STRENGTH_OF, Grade, Strength
from vault.records.facets import Visibility
from vault.records.labels import FIELDS_OF, Field, Group

DECLARED: Mapping[Field, tuple[Grade, Promise]] = MappingProxyType(
    {
        Field.NAME: (Grade.L2, _("Tells who it is; a company's name is on the public register.")),
        Field.ID_NUMBER: (
            Grade.L3,
            _("Holds birth date and home county, lasts for life; GB/T 45574 grades the photo higher."),
        ),
        Field.CREDIT_CODE: (Grade.L1, _("On the public register (GB 32100).")),
        Field.BIRTH_DATE: (Grade.L3, _("Completes a masked ID number.")),
        Field.PHONE: (Grade.L3, _("Reaches the person, and is a key to other accounts.")),
        Field.EMAIL: (Grade.L3, _("Reaches the person; often holds the name or the phone.")),
        Field.ADDRESS: (Grade.L3, _("Where the person can be found.")),
        Field.BANK_ACCOUNT: (Grade.L4, _("Financial account: sensitive under PIPL 28 and GB/T 45574.")),
        Field.NOTES: (Grade.L2, _("Free text: never shown by a mask, whatever its grade.")),
    }
)


def new_grade(*, company: bool) -> Grade:
    """What a client begins with; people may raise it later."""
    return Grade.L2 if company else Grade.L3


Raised = Mapping[str, int]  # what a book raised: field code → grade


def book_grade(field: Field, raised: Raised) -> Grade:
    """The field's grade in a book: the declared one, or a higher one that the book gave it."""
    return max(DECLARED[field][0], Grade(raised.get(field.value, Grade.L1)))


def effective_grade(field: Field, *, raised: Raised, client: int, visibility: str, company: bool) -> Grade:
    """The grade that decides about one field of one client.

    The client's own grade is a floor under every field. A field that is public by law stays below it only
    where the client's data are public already (facet `public`).
    """
    in_book = book_grade(field, raised)
    if public_by_law(field, company=company):
        declared = Grade(max(raised.get(field.value, Grade.L1), Grade.L1))
        return declared if visibility == Visibility.PUBLIC else max(declared, Grade(client))
    return max(in_book, Grade(client))


def public_by_law(field: Field, *, company: bool) -> bool:
    """Whether the enterprise register shows the field to everybody."""
    return field is Field.CREDIT_CODE or (field is Field.NAME and company)


def strength(field: Field, *, raised: Raised, client: int, visibility: str, company: bool) -> Strength:
    """How strongly the field is masked."""
    grade = effective_grade(field, raised=raised, client=client, visibility=visibility, company=company)
    return STRENGTH_OF[grade]


def group_grade(group: Group, *, raised: Raised, client: int, visibility: str, company: bool) -> Grade:
    """The highest grade of a group's fields: a group is opened whole, filled or not."""
    return max(
        effective_grade(field, raised=raised, client=client, visibility=visibility, company=company)
        for field in FIELDS_OF[group]
    )
