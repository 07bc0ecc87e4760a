"""Names, types and ranges."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.errors import NotPossible
from deals.files.ranges import Unsatisfiable, byte_range
from deals.files.sniffing import MediaType, sniff
from deals.rooms import reach
from deals.rooms.levels import OFFERED, Level
from deals.rooms.titles import clean_title


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "..",
        ".",
        "",
        "   ",
        "a/b",
        "a\\b",
        "a\x00b",
        "a\u202eb",
        "a\u200fb",
        "a\nb",
        "CON:",
        "a" * 121,
        "\ufeffa",
    ],
)
def test_names_that_could_pass_for_something_else_are_refused(name: str) -> None:
    with pytest.raises(NotPossible):
        clean_title(name, longest=120)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 报表 2025.pdf ", "报表 2025.pdf"),
        ("e\u0301.txt", "é.txt"),
        ("..env", "..env"),
        ("合同（终稿）", "合同（终稿）"),
    ],
)
def test_ordinary_names_are_kept(typed: str, kept: str) -> None:
    assert clean_title(typed, longest=120) == kept


@given(st.text(max_size=150))
def test_what_is_kept_is_short_visible_and_no_path(typed: str) -> None:
    try:
        name = clean_title(typed, longest=120)
    except NotPossible:
        return
    assert 0 < len(name) <= 120
    assert not set(name) & set("/\\\0")
    assert all(unicodedata.category(char)[0] != "C" for char in name)
    assert clean_title(name, longest=120) == name


@given(st.integers(1, 30))
def test_a_range_is_what_slicing_says(size: int) -> None:
    whole = bytes(range(size))
    for first in range(size + 2):
        for last in (None, *range(first, size + 2)):
            header = f"bytes={first}-{'' if last is None else last}"
            if first >= size:
                with pytest.raises(Unsatisfiable):
                    byte_range(header, size)
            else:
                start, stop = byte_range(header, size) or (0, 0)
                assert whole[start:stop] == whole[first : None if last is None else last + 1]
    assert byte_range(f"bytes=-{size}", size) == (0, size)


@pytest.mark.parametrize(
    "header", ["", "bytes=", "bytes=-", "bytes=5-2", "lines=1-2", "bytes=1-2,4-5", "bytes=٣-٤"]
)
def test_ranges_that_make_no_sense_are_ignored(header: str) -> None:
    assert byte_range(header, 100) is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", MediaType.PDF),
        (b"\xef\xbb\xbf \n%PDF-1.4", MediaType.PDF),
        (b" " * 1020 + b"%PDF-1.4", MediaType.OTHER),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", MediaType.WEBP),
        (b"RIFF\x00\x00\x00\x00WAVE", MediaType.OTHER),
        (b"PK\x03\x04", MediaType.ZIP),
        (b"<svg onload=alert(1)>", MediaType.OTHER),
        (b"", MediaType.OTHER),
    ],
)
def test_types_are_told_from_the_first_bytes(head: bytes, kind: MediaType) -> None:
    assert sniff(head) is kind


def test_the_query_knows_the_levels_in_their_order() -> None:
    names = ",".join(f"'{level.codename}'" for level in Level)
    assert names in reach._LEVEL.replace("\n", "").replace(" ", "")
    assert [Level.of_codename(level.codename) for level in Level] == list(Level)
    assert set(OFFERED) == {Level.NONE, Level.VIEW, Level.ORIGINAL, Level.UPLOAD, Level.MANAGE}
