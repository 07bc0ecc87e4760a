import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.formats.test_identity import resident_ids
from vault.formats import names
from vault.masking.grades import Grade
from vault.masking.masks import HIDDEN, MASKS, mask

letters = st.characters(categories=["L"])


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("id_number", "110105199001011234", "110***********1234"),
        ("id_number", "110105900101123", "110*********123"),
        ("id_number", "H12345678", "H12****78"),
        ("id_number", "AB12345", "A****"),
        ("phone", "+8613812341234", "138****1234"),
        ("phone", "+861062345678", "+86 ****5678"),
        ("phone", "+85291234567", "+852 ****4567"),
        ("bank_account", "6222021234567890", "6222****7890"),
        ("bank_account", "12345678", "****78"),
        ("name", "张三", "张*"),
        ("name", "欧阳修", "欧阳*"),
        ("name", "欧阳", "欧*"),
        ("name", "John Smith", "J*** S***"),
        ("name", "Maria da Silva Costa", "M*** C***"),
        ("name", "J", "***"),
        ("company_name", "某某有限公司", "某某有限公司"),
        ("credit_code", "91110000600037341L", "91110000600037341L"),
        ("email", "zhang@qq.com", "z***@qq.com"),
        ("email", "z@zhangsan.cn", "***@***"),
        ("address", "广东省深圳市南山区科技园1号", "广东省深圳市***"),
        ("address", "北京市朝阳区1号", "北京市***"),
        ("address", "深圳市南山区1号", "深圳市***"),
        ("address", "香港九龙", "香港***"),
        ("address", "张三超市隔壁", "***"),
        ("birth_date", "1990-01-01", "****-**-**"),
        ("notes", "欠款人", "…"),
        ("extra", "O型血", "****"),
        ("no such field", "secret", "****"),
    ],
)
def test_masks(field: str, value: str, shown: str) -> None:
    assert mask(field, value) == shown


@pytest.mark.parametrize("field", [*MASKS, "no such field"])
def test_empty_stays_empty(field: str) -> None:
    assert mask(field, "") == ""


def hidden(value: str, shown: str) -> int:
    return len(value) - sum(character.isalnum() for character in shown)


@given(resident_ids())
def test_an_id_mask_hides_birth_date_and_region(number: str) -> None:
    assert hidden(number, mask("id_number", number)) == 11
    assert mask("id_number", number)[3:14] == "*" * 11


@given(st.from_regex(r"[A-Z]{1,2}[0-9]{5,9}", fullmatch=True))
def test_a_document_mask_hides_four_at_least(number: str) -> None:
    assert hidden(number, mask("id_number", number)) >= HIDDEN


@given(st.from_regex(r"\+861[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_mask_hides_four(number: str) -> None:
    assert hidden(number[3:], mask("phone", number)) == HIDDEN


@given(st.from_regex(r"\+(?:852|853|1|8610)[2-9][0-9]{4,11}", fullmatch=True))
def test_other_phones_hide_four_at_least(number: str) -> None:
    assert hidden(number, mask("phone", number)) >= HIDDEN + 1  # the plus counts as one


@given(st.from_regex(r"[0-9]{8,30}", fullmatch=True))
def test_an_account_mask_hides_six_at_least_and_its_length(account: str) -> None:
    shown = mask("bank_account", account)
    assert hidden(account, shown) >= 6
    assert len(shown) <= 12


@given(st.text(letters, min_size=1, max_size=60))
def test_a_name_mask_shows_a_surname_at_most(raw: str) -> None:
    name = names.normalise(raw).value
    shown = mask("name", name).replace("*", "").replace(" ", "")
    assert len(shown) <= 2
    assert len(shown) < len(name) or len(name) == 1


@given(st.text(letters, min_size=1, max_size=40), st.text(letters, min_size=1, max_size=40))
def test_an_address_mask_shows_one_letter_of_the_box_and_no_own_domain(local: str, domain: str) -> None:
    shown = mask("email", f"{local}@{domain}.example")
    assert shown == (local[0] if len(local) > 1 else "") + "***@***"


@given(resident_ids())
def test_no_two_masks_complement_each_other(number: str) -> None:
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    assert not any(character.isdigit() for character in mask("birth_date", born))


@given(
    st.sampled_from(["name", "notes", "extra", "email", "birth_date", "bank_account"]), st.integers(20, 60)
)
def test_length_does_not_show(field: str, length: int) -> None:
    one, other = ("1" * 20, "1" * length) if field == "bank_account" else ("a" * 20, "a" * length)
    assert mask(field, one) == mask(field, other)


def test_grades_have_labels_and_order() -> None:
    assert [grade.value for grade in Grade] == [1, 2, 3, 4]
    assert Grade.L1 < Grade.L4
