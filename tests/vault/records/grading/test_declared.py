"""The effective grade: declared, raised by the book, floored by the client; never lower for any of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from vault.masking.grades import Grade, Strength
from vault.records.facets import Visibility
from vault.records.grading.declared import (
    DECLARED,
    book_grade,
    effective_grade,
    group_grade,
    public_by_law,
    strength,
)
from vault.records.grading.masking import graded_mask
from vault.records.labels import FIELDS_OF, Field, Group

grades = st.sampled_from(list(Grade))
fields = st.sampled_from(list(Field))
books = st.dictionaries(fields.map(str), grades.map(int), max_size=4)
visibilities = st.sampled_from(list(Visibility))


def test_every_field_has_a_grade_and_a_reason() -> None:
    assert set(DECLARED) == set(Field)
    assert all(str(why) for _grade, why in DECLARED.values())


@settings(max_examples=40)
@given(fields, books, grades, grades, visibilities, st.booleans())
def test_raising_never_lowers(
    field: Field, raised: dict[str, int], one: Grade, other: Grade, visibility: str, company: bool
) -> None:
    low, high = sorted((one, other))
    more = raised | {field.value: max(raised.get(field.value, 1), high)}

    def grade_at(book: dict[str, int], client: Grade) -> Grade:
        return effective_grade(field, raised=book, client=client, visibility=visibility, company=company)

    assert grade_at(raised, low) <= grade_at(raised, high)
    assert grade_at(raised, low) <= grade_at(more, low)
    if not public_by_law(field, company=company):
        assert grade_at(raised, low) >= max(DECLARED[field][0], low)


@settings(max_examples=40)
@given(fields, books, grades, st.booleans())
def test_a_more_private_client_is_never_masked_less(
    field: Field, raised: dict[str, int], client: Grade, company: bool
) -> None:
    order = [Visibility.PUBLIC, Visibility.SEMI_PUBLIC, Visibility.PRIVATE]
    strengths = [
        strength(field, raised=raised, client=client, visibility=visibility, company=company)
        for visibility in order
    ]
    assert strengths == sorted(strengths)


@settings(max_examples=40)
@given(fields, books, grades, visibilities, st.booleans())
def test_only_what_the_register_shows_is_ever_shown(
    field: Field, raised: dict[str, int], client: Grade, visibility: str, company: bool
) -> None:
    how = strength(field, raised=raised, client=client, visibility=visibility, company=company)
    if not public_by_law(field, company=company):
        assert how >= Strength.CUSTOMARY


def test_the_facet_public_opens_a_company_as_far_as_the_register_does() -> None:
    def shown(field: Field, value: str, visibility: str) -> str:
        return graded_mask(field, value, raised={}, company=True, client=Grade.L4, visibility=visibility)

    assert shown(Field.NAME, "某某有限公司", Visibility.PUBLIC) == "某某有限公司"
    assert shown(Field.CREDIT_CODE, "91110000600037341L", Visibility.PUBLIC) == "91110000600037341L"
    assert shown(Field.NAME, "某某有限公司", Visibility.SEMI_PUBLIC) == "****"
    assert shown(Field.PHONE, "+8613800138000", Visibility.PUBLIC) == "****8000"


def test_calling_a_person_a_company_does_not_open_the_name() -> None:
    shown = graded_mask(
        Field.NAME, "张三丰", raised={}, company=True, client=Grade.L1, visibility=Visibility.PUBLIC
    )
    assert shown == "张*"


def test_a_client_without_a_grade_is_masked_as_the_highest() -> None:
    assert graded_mask(Field.PHONE, "+8613800138000", raised={}, company=False, client=None) == "****8000"


def test_a_group_has_the_highest_grade_of_its_fields() -> None:
    more = {"visibility": Visibility.PRIVATE, "company": False}
    assert group_grade(Group.FINANCIAL, raised={}, client=1, **more) == Grade.L4
    assert group_grade(Group.CONTACT, raised={}, client=1, **more) == Grade.L3
    assert group_grade(Group.CONTACT, raised={"email": 4}, client=1, **more) == Grade.L4
    for group in Group:
        assert group_grade(group, raised={}, client=4, **more) == Grade.L4
        assert all(
            book_grade(field, {}) <= group_grade(group, raised={}, client=1, **more)
            for field in FIELDS_OF[group]
        )
