"""Proposals: numbers by the house's formats, however they are set; typed words; nothing else."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.redaction.boxes import Box
from deals.redaction.finding import Crowded, Found, Kind, find, letters_of
from deals.viewer.rendering import Character
from tests.deals.redaction.papers import CARD, CODE, ID_NUMBER, MAIL, PHONE


def typed(text: str, wide: float = 0.01) -> list[Character]:
    """Characters in lines of a page, each `wide`; line ends stand nowhere."""
    found, line, column = [], 0, 0
    for letter in text:
        if letter == "\n":
            found.append(Character(10, 0, 0, 0, 0))
            line, column = line + 1, 0
            continue
        left, top = column * wide, line * 0.03
        found.append(Character(ord(letter), left, top, left + wide, top + 0.02))
        column += 1
    return found


def found(text: str, kinds: Sequence[Kind] = tuple(Kind), words: Sequence[str] = ()) -> list[Found]:
    return find(1, typed(text), kinds, words)


@pytest.mark.parametrize(
    ("text", "kind", "hint"),
    [
        (f"身份证{ID_NUMBER}，", Kind.IDENTITY, "110***********0038"),
        ("号码 110101 19900307 0038", Kind.IDENTITY, "110***********0038"),
        ("1101011990\n03070038", Kind.IDENTITY, "110***********0038"),
        ("１１０１０１１９９００３０７００３８", Kind.IDENTITY, "110***********0038"),
        ("护照E12345678。", Kind.IDENTITY, None),
        (f"电话{PHONE}转让", Kind.PHONE, "138****8000"),
        ("+86 138-0013-8000", Kind.PHONE, "138****8000"),
        ("0086 138 0013 8000", Kind.PHONE, "138****8000"),
        ("座机(010)65529988", Kind.PHONE, None),
        (f"卡号{CARD}", Kind.CARD, "6222****5670"),
        ("6222 0210 0111 2345 670", Kind.CARD, "6222****5670"),
        (f"邮箱{MAIL}。", Kind.EMAIL, "o***@qq.com"),
        (f"信用代码{CODE}", Kind.CREDIT_CODE, "****0Y46"),
    ],
)
def test_a_number_is_found_however_it_is_set(text: str, kind: Kind, hint: str | None) -> None:
    [one] = found(text)
    assert one.kind == kind
    assert hint is None or one.hint == hint


@pytest.mark.parametrize(
    "text",
    [
        "110101199003070034",  # its check character does not fit
        "6222021001112345678",  # nor does this one's Luhn digit
        "合同编号 20261122001",
        "A110101199003070038B",
        "1234567 1234567",
        "@qq.com a@b",
        "",
    ],
)
def test_what_nothing_proves_is_not_proposed(text: str) -> None:
    assert found(text) == []


def test_only_what_was_asked_for_is_found() -> None:
    assert [each.kind for each in found(f"{PHONE} {MAIL}", [Kind.EMAIL])] == [Kind.EMAIL]


def test_an_id_number_is_no_bank_card_as_well() -> None:
    assert [each.kind for each in found(ID_NUMBER)] == [Kind.IDENTITY]


@pytest.mark.parametrize("text", ["欧阳修文先生", "欧 阳 修 文", "欧阳\n修文", "𠮷欧阳修文"])
def test_a_word_is_found_across_spaces_and_lines(text: str) -> None:
    [one] = found(text, (), ["欧阳修文"])
    assert (one.kind, one.hint) == (Kind.WORD, "欧阳*")


def test_words_are_taken_as_they_are_typed() -> None:
    assert len(found("LI NA, Li Na; LiNa", (), ["li na"])) == 3
    assert found("abc", (), ["a.c", "a*"]) == []


def test_a_page_of_nothing_but_spaced_digits_is_given_up() -> None:
    with pytest.raises(Crowded):
        found("1 " * 5000)


def test_a_number_that_a_line_ends_in_has_a_box_on_each_line() -> None:
    [one] = found("1101011990\n03070038")
    assert len(one.boxes) == 2
    assert one.boxes[0].bottom < one.boxes[1].bottom


@given(st.text(max_size=60), st.text(min_size=2, max_size=8))
def test_any_text_and_any_word_are_survived(text: str, word: str) -> None:
    if not letters_of(word):
        word = "xx"
    for each in found(text, tuple(Kind), [word]):
        assert all(box.is_sound for box in each.boxes)


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), *[st.floats() for _ in range(4)]), max_size=30))
def test_a_reader_that_lies_about_places_is_survived(
    answers: list[tuple[int, float, float, float, float]],
) -> None:
    characters = [Character(*each) for each in answers] + typed(PHONE)
    for each in find(1, characters, list(Kind), ["ab"]):
        assert all(isinstance(box, Box) and box.is_sound for box in each.boxes)


def test_a_word_of_dashes_is_found_in_a_line_of_dashes_without_trying_every_way_to_do_so() -> None:
    """Dashes may stand between letters; as letters, each could be both, and the search would never end."""
    assert found("-" * 300, (), ["-" * 59 + "x"]) == []
    assert len(found("AB-12 ab - 12 ab", (), ["ab-12"])) == 2
