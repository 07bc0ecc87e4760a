"""The mask of a client's field: the same for everybody and on every page, as strong as its grade."""

from typing import Protocol

from vault.formats.names import is_company
from vault.masking import masks
from vault.masking.grades import Grade
from vault.records.facets import Visibility
from vault.records.grading.declared import Raised, new_grade, strength
from vault.records.labels import Field


def graded_mask(
    field: Field,
    value: str,
    *,
    raised: Raised,
    company: bool,
    client: int | None,
    visibility: str = Visibility.PRIVATE,
) -> str:
    """The mask of one value. A client without a grade is masked as if it had the highest."""
    # Both the kind and the name itself must say company: changing the one does not open the other.
    company = company and (field is not Field.NAME or is_company(value))
    ladder = "company_name" if company and field is Field.NAME else field.value
    how = strength(field, raised=raised, client=client or Grade.L4, visibility=visibility, company=company)
    return masks.mask(ladder, value, how)


class Book(Protocol):
    """What of a client book decides about masks."""

    field_grades: dict[str, int]
    visibility: str


def mask_of_new(book: Book, field: Field, value: str, *, company: bool) -> str:
    """The mask of a value that is not in the book yet: as it will be there."""
    return graded_mask(
        field,
        value,
        raised=book.field_grades,
        company=company,
        client=new_grade(company=company),
        visibility=book.visibility,
    )
