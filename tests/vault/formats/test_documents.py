"""Kinds of documents, passport lines and credit codes: fixed vectors, and what must hold for all of them."""

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from vault.formats import credit_code, email, identity, mrz, names, phone, text
from vault.formats.checked import FormatError
from vault.formats.identity import Document
from vault.masking import masks

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/documents.json").read_text())
[LINE] = [vector["line"] for vector in VECTORS["machine_readable"]]


@pytest.mark.parametrize("vector", VECTORS["documents"], ids=lambda vector: vector["raw"])
def test_documents(vector: dict[str, str]) -> None:
    number = identity.normalise(vector["raw"]).value
    assert (number, identity.document(number)) == (vector["value"], vector["kind"])
    assert identity.search_key(vector["raw"]) == identity.key_of(number) == vector["key"]
    hidden = masks.id_number(number).count("*")
    assert hidden >= masks.HIDDEN


@pytest.mark.parametrize("vector", VECTORS["machine_readable"], ids=lambda vector: vector["source"])
def test_a_passport_line_gives_its_number(vector: dict[str, str]) -> None:
    first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    for way in (vector["line"], first + vector["line"], f"{first}\n{vector['line'].lower()}"):
        assert identity.search_key(way) == vector["number"]
        assert identity.normalise(way).warnings == ()


@given(st.integers(0, 43), st.sampled_from("0123456789ABCXYZ<"))
def test_one_wrong_character_of_a_passport_line_is_refused_or_changes_no_number(
    place: int, wrong: str
) -> None:
    """The check digits cover all but nationality and sex (Doc 9303 part 4, 4.2.2)."""
    changed = LINE[:place] + wrong + LINE[place + 1 :]
    try:
        found = mrz.read(changed)
    except FormatError:
        return
    same_weight = mrz.check_digit(changed[:9]) == mrz.check_digit(LINE[:9])
    assert changed == LINE or place in (*range(10, 13), 20) or same_weight, found.number


@pytest.mark.parametrize("code", VECTORS["credit_codes"])
def test_credit_codes_that_begin_with_letters_too(code: str) -> None:
    assert credit_code.normalise(code.lower()).value == code
    with pytest.raises(FormatError, match="check_digit"):
        credit_code.normalise(code[:-1] + ("0" if code[-1] != "0" else "1"))


@given(st.from_regex(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}", fullmatch=True))
def test_our_check_digit_is_the_standards(seventeen: str) -> None:
    assert credit_code.check_character(seventeen) == uscc.calc_check_digit(seventeen)


@pytest.mark.parametrize(
    ("raw", "named", "code"),
    [
        ("E12345678", Document.HOME_RETURN, "id.not_named"),
        ("11010519491231002X", Document.PASSPORT, "id.not_named"),
        ("110105194912310021", Document.RESIDENT, "id.check_character"),
        ("H12345678", Document.RESIDENT, "id.not_named"),
        ("CHN440381139901", Document.FOREIGNER, "id.date"),
        (LINE, Document.TAIWAN_PERMIT, "id.not_named"),
    ],
)
def test_a_named_document_is_stricter(raw: str, named: Document, code: str) -> None:
    with pytest.raises(FormatError) as refused:
        identity.normalise(raw, named=named)
    assert refused.value.code == code


def test_eight_digits_that_read_like_a_date_are_no_permit_unless_named_one() -> None:
    with pytest.raises(FormatError, match="looks_like_date"):
        identity.normalise("19900101")
    assert identity.normalise("19900101", named=Document.TAIWAN_PERMIT).value == "19900101"


@given(st.from_regex(r"[HM][0-9]{8}(?:[0-9]{2})?", fullmatch=True), st.integers(0, 99))
def test_a_renewed_home_return_permit_is_the_same_persons(permit: str, renewals: int) -> None:
    assert identity.search_key(permit) == identity.search_key(f"{permit[:9]}{renewals:02}")


# Fast paths: what they skip must change nothing.
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_plain_mobile_is_what_the_long_way_gives(number: str) -> None:
    assert phone.normalise(number) == phone.normalise(f"+86{number}") == phone.normalise(f" +86 {number} ")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20))
def test_a_plain_name_is_what_the_long_way_gives(name: str) -> None:
    assert names.normalise(name) == names.normalise(f" {name}\u200b")
    assert names.search_key(name) == names.search_key(f"\ufeff{name} ")


@given(st.from_regex(r"[A-Za-z0-9._+-]{1,12}@[A-Za-z0-9-]{1,8}\.[A-Za-z.-]{1,8}", fullmatch=True))
def test_a_plain_address_is_what_the_long_way_gives(address: str) -> None:
    def outcome(raw: str) -> tuple[str, str]:
        try:
            return email.normalise(raw).value, email.search_key(raw)
        except FormatError as error:
            return error.code, ""

    assert outcome(address) == outcome(f" {address}")


@given(
    st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2026, 1, 1)), st.integers(0, 999)
)
def test_a_plain_id_number_is_what_the_long_way_gives(born: datetime.date, serial: int) -> None:
    seventeen = f"440305{born:%Y%m%d}{serial:03}"
    number = seventeen + identity.check_character(seventeen)
    assert identity.normalise(number) == identity.normalise(f" {text.compact(number).lower()}")
