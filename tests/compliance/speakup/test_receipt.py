"""The receipt code: what its check character finds, how it is read, how hard it is to guess."""

from hypothesis import assume, given
from hypothesis import strategies as st

from compliance.speakup import receipt
from compliance.speakup.receipt import ALPHABET, LENGTH

PLACES = st.integers(0, LENGTH - 1)
CODES = st.builds(receipt.draw)


@given(CODES, PLACES, st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_found(code: str, place: int, wrong: str) -> None:
    assume(code[place] != wrong)
    assert receipt.normalised(code[:place] + wrong + code[place + 1 :]) is None


@given(CODES, PLACES, PLACES)
def test_any_two_swapped_characters_are_found(code: str, one: int, other: int) -> None:
    assume(code[one] != code[other])
    swapped = list(code)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert receipt.normalised("".join(swapped)) is None


def test_every_wrong_character_and_every_swap_of_one_code() -> None:
    code = receipt.draw()
    for place in range(LENGTH):
        for wrong in ALPHABET.replace(code[place], ""):
            assert receipt.normalised(code[:place] + wrong + code[place + 1 :]) is None
        for other in range(place):
            swapped = list(code)
            swapped[place], swapped[other] = swapped[other], swapped[place]
            assert (receipt.normalised("".join(swapped)) is None) == (code[place] != code[other])


@given(CODES, st.sampled_from(["-", " ", " - ", "–", "\u3000", ""]))
def test_it_is_read_however_it_was_written_down(code: str, between: str) -> None:
    typed = between.join(code[at : at + 4] for at in range(0, LENGTH, 4)).lower()
    typed = typed.replace("0", "o").replace("1", "l")
    assert receipt.normalised(typed) == code
    full_width = "".join(chr(ord(one) + 0xFEE0) for one in code)
    assert receipt.normalised(full_width) == code
    assert receipt.normalised(receipt.grouped(code)) == code


@given(st.text(max_size=200))
def test_anything_else_is_no_code(typed: str) -> None:
    found = receipt.normalised(typed)
    assert found is None or receipt.normalised(found) == found


def test_what_is_missing_or_too_much_is_no_code() -> None:
    code = receipt.draw()
    for typed in ("", code[:-1], code + "0", code * 20, "U" * LENGTH, "\x00" * LENGTH):
        assert receipt.normalised(typed) is None


def test_codes_are_drawn_and_never_the_same() -> None:
    drawn = {receipt.draw() for _ in range(2000)}
    assert len(drawn) == 2000
    for place in range(LENGTH):
        assert len({code[place] for code in drawn}) == len(ALPHABET)  # each place has them all: 5 bits
    assert 5 * (LENGTH - 1) >= 80


def test_the_stretched_code_is_of_the_house() -> None:
    code, one, other = receipt.draw(), b"a" * 16, b"b" * 16
    assert receipt.stretched(code, one) == receipt.stretched(code, one)
    assert len({receipt.stretched(code, one), receipt.stretched(code, other)}) == 2
    assert len(receipt.stretched(code, one)) == 32
