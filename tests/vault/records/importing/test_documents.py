"""A list says of each number which document it is of, or leaves it to the number: every kind goes in either
way, a wrong word is refused, and whoever went in is found by the number."""

from types import SimpleNamespace

import pytest

from tests.vault.records.importing.books import codes, good, only_bad, text
from tests.vault.records.makers import acting
from tests.vault.records.uploads import start, upload
from vault.records.importing.models import ImportState
from vault.records.importing.tasks import run
from vault.records.models import Client, ClientBook
from vault.records.search import search

HEAD = ("姓名", "证件类型", "证件号码")
RESIDENT, LEGACY = "11010519491231002X", "130503670401001"
PERMIT, TAIWAN_RESIDENT = "810000199408230021", "830000199408230025"
CARD, LETTERED_CARD = "911124198108030024", "USA440381082201"
HOME_RETURN, RENEWED = "M00000000", "H1234567801"
TAIWAN_PERMIT, PASSPORT = "01234567", "E12345678"
CODES = ("N2440300MA5EXAMP1Y", "Y1330100MJ90000012", "A1110000MB0000012R", "52440300MJ00000003")
# Each number with the words that lists have for its document, and one that is another document's.
SAID = (
    (RESIDENT, ("身份证", "居民 身份证", "ID Card"), "护照"),
    (LEGACY, ("身份证", "居民身份证"), "回乡证"),
    (PERMIT, ("港澳台居民居住证", "港澳居民居住证", "居住证", "Residence Permit", "身份证"), "永居证"),
    (TAIWAN_RESIDENT, ("台湾居民居住证", "居住证"), "台胞证"),
    (CARD, ("外国人永久居留身份证", "外国人永久居留证", "永居证", "Permanent Resident"), "身份证"),
    (LETTERED_CARD, ("外国人永久居留身份证", "外国人居留证"), "居住证"),
    (HOME_RETURN, ("回乡证", "港澳居民来往内地通行证", "Home Return Permit"), "身份证"),
    (RENEWED, ("回乡证", "港澳通行证"), "台胞证"),
    (TAIWAN_PERMIT, ("台胞证", "台湾居民来往大陆通行证", "MTP"), "身份证"),
    (PASSPORT, ("护照", "外国护照", "Passport"), "回乡证"),
)
WORDS = sorted({word for _, words, _ in SAID for word in words})
# Forms that say too little alone: a permit that reads like a day, a passport of few digits.
BY_WORD_ALONE = (("19900101", "台胞证", "id.looks_like_date"), ("AB1234", "护照", "id.form"))
SPOKEN = [(number, word) for number, words, _ in SAID for word in ("", *words)]


@pytest.mark.parametrize(("number", "word"), SPOKEN)
def test_every_document_goes_in_whether_the_list_says_its_kind_or_not(number: str, word: str) -> None:
    (row,) = good(text(HEAD, ("张三", word, number)))
    assert row.values["id_number"] == number
    assert row.values.get("document", "") == word


@pytest.mark.parametrize(("number", "wrong"), [(number, wrong) for number, _, wrong in SAID])
def test_a_number_that_is_none_of_the_named_document_is_refused(number: str, wrong: str) -> None:
    assert codes(only_bad(text(HEAD, ("张三", wrong, number)))) == {2: "id.not_named"}


@pytest.mark.parametrize("word", WORDS)
def test_each_word_binds_the_number(word: str) -> None:
    passport = word in ("护照", "外国护照", "Passport")
    other = RESIDENT if passport else PASSPORT
    assert codes(only_bad(text(HEAD, ("张三", word, other)))) == {2: "id.not_named"}


@pytest.mark.parametrize(("number", "word", "alone"), BY_WORD_ALONE)
def test_a_form_that_says_little_goes_in_by_its_word_alone(number: str, word: str, alone: str) -> None:
    (row,) = good(text(HEAD, ("张三", word, number)))
    assert row.values["id_number"] == number
    assert codes(only_bad(text(HEAD, ("张三", "", number)))) == {2: alone}


def test_a_word_that_is_no_document_changes_nothing_of_the_number() -> None:
    (row,) = good(text(HEAD, ("张三", "会员卡", PASSPORT)))
    assert row.values["id_number"] == PASSPORT
    assert codes(only_bad(text(HEAD, ("张三", "会员卡", "AB1234")))) == {2: "id.form"}


def test_a_word_beside_an_empty_number_is_nothing_wrong() -> None:
    (row,) = good(text(HEAD, ("张三", "护照", "")))
    assert "id_number" not in row.values


@pytest.mark.parametrize("heading", ["统一社会信用代码", "证件号码"])
@pytest.mark.parametrize("code", CODES)
def test_codes_that_begin_with_letters_go_in(code: str, heading: str) -> None:
    (row,) = good(text(("名称", heading), ("云帆合作社", code.lower())))
    assert (row.kind, row.values["credit_code"]) == ("company", code)


@pytest.mark.django_db(transaction=True)
def test_a_list_of_every_document_goes_in_and_each_is_found_by_its_number(
    as_worker: None, people: SimpleNamespace, book: ClientBook
) -> None:
    said = [(words[0], number) for number, words, _ in SAID[::2]] + [
        (word, number) for number, word, _ in BY_WORD_ALONE
    ]
    unsaid = [("", number) for number, _, _ in SAID[1::2]] + [("", code) for code in CODES]
    wrong = ("护照", "330106199001010013")
    lines = [f"客户{at},{word},{number}" for at, (word, number) in enumerate([*said, *unsaid, wrong])]
    with acting(book.lead):
        job = start(upload(book, "\n".join([",".join(HEAD), *lines])))
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.added, job.bad) == (ImportState.DONE, len(said) + len(unsaid), 1)
    with acting(people.ming):
        found = {
            number: [row.name for row in search(actor=people.ming, text=number).rows]
            for _, number in (*said, *unsaid)
        }
        assert {number: len(names) for number, names in found.items()} == dict.fromkeys(found, 1)
    assert Client.objects.count() == len(found)
