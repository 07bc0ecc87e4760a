"""What is in a redacted copy and what is not: looked for in its bytes, its text and its pixels."""

import io
from collections.abc import Sequence

import pypdfium2
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from deals.files.sniffing import MediaType
from deals.redaction.boxes import Box
from deals.redaction.finding import Kind, find
from deals.redaction.painting import BLOCK, painted, picture_of
from deals.redaction.paper import Paper
from deals.viewer import sandbox
from deals.viewer.rendering import Character, Outline, Unshowable, draw_sheet, in_memory, read_outlines
from tests.deals.redaction.papers import (
    CARD,
    CODE,
    HIDDEN,
    ID_NUMBER,
    MAIL,
    NAME,
    PHONE,
    Page,
    hostile,
    pdf,
    streams,
)

WORDS = (NAME, ID_NUMBER, PHONE, CARD, MAIL, CODE)


def drawn(data: bytes, page: int = 1, width: int = 300) -> Image.Image:
    """As the sandbox draws, in this process."""
    _count, wide, tall, pixels = sandbox.pdf_page(io.BytesIO(data), page, width)
    return Image.frombytes("RGB", (wide, tall), pixels)


def outline(data: bytes) -> Outline:
    """As the sandbox reads, likewise."""
    answer = sandbox.pdf_text(io.BytesIO(data), 1, 1)
    wide, tall, count = sandbox.struct.unpack_from(">ffI", answer)
    characters = [Character(*each) for each in sandbox.struct.iter_unpack(">I4f", answer[12:])]
    assert len(characters) == count
    return Outline(wide, tall, characters)


def copied(pages: Sequence[tuple[Image.Image, Sequence[Box]]], wide: float = 595) -> bytes:
    paper = Paper()
    data = paper.begin()
    for image, boxes in pages:
        picture = picture_of(image, boxes)
        data += b"".join(paper.page(picture, wide, wide * picture.tall / picture.wide))
    return data + paper.end()


def texts(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    found = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return found


def test_nothing_of_the_original_but_its_pixels_is_in_the_copy() -> None:
    """Through the real process: words, metadata, attachment, layer, comment, script, earlier revision."""
    original = hostile()
    said = streams(original)
    assert all(word.encode() in said for word in (*WORDS, *HIDDEN))
    with in_memory([original]) as file:
        [page] = read_outlines(file, MediaType.PDF, 1, 5)
        image = draw_sheet(file, MediaType.PDF, 1, 800).image
    found = find(1, page.characters, list(Kind), [NAME])
    assert {each.kind for each in found} == set(Kind)
    copy = copied([(image, [box for each in found for box in each.boxes])])
    document = pypdfium2.PdfDocument(copy)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx((595, 842), abs=1)
    assert document.count_attachments() == 0
    assert not any(document.get_metadata_dict().values())
    assert texts(copy) == ""
    inside = streams(copy)
    for word in (*WORDS, *HIDDEN):
        assert word.encode() not in inside
        assert word.encode("utf-16-be") not in inside
    for name in (
        b"/Font",
        b"/Info",
        b"/Metadata",
        b"/Annots",
        b"/OC",
        b"/EmbeddedFiles",
        b"/JS",
        b"/Prev",
        b"/AA",
    ):
        assert name not in copy
    assert copy.count(b"%%EOF") == copy.count(b"startxref") == 1


def test_what_was_found_is_painted_and_the_rest_is_not() -> None:
    original = pdf(Page(((72, 700, f"Public {PHONE}"),)))
    [each] = find(1, outline(original).characters, [Kind.PHONE], [])
    before = drawn(original, width=600)
    after = painted(before, each.boxes)
    left, top, right, bottom = each.boxes[0].pixels(*before.size)
    assert after.crop((left, top, right + 1, bottom + 1)).getextrema() == (0, 0)
    assert (
        before.crop((0, top, left, bottom)).convert("L").tobytes()
        == after.crop((0, top, left, bottom)).tobytes()
    )


def pages() -> st.SearchStrategy[Page]:
    """Turned, cropped, moved: the word lies within what is shown of the page."""

    @st.composite
    def one(draw: st.DrawFn) -> Page:
        x0, y0 = draw(st.integers(-300, 300)), draw(st.integers(-300, 300))
        wide, tall = draw(st.integers(200, 900)), draw(st.integers(200, 900))
        media = (x0, y0, x0 + wide, y0 + tall)
        left, low = draw(st.integers(0, 60)), draw(st.integers(0, 60))
        crop = (
            x0 + left,
            y0 + low,
            x0 + wide - draw(st.integers(0, 60)),
            y0 + tall - draw(st.integers(0, 60)),
        )
        word = (x0 + left + 5, y0 + low + draw(st.integers(5, tall - 150)), "Secret")
        return Page(
            (word,), media, draw(st.sampled_from([None, crop])), draw(st.sampled_from([0, 90, 180, 270]))
        )

    return one()


@settings(max_examples=40)
@given(pages())
def test_a_word_of_a_turned_or_cropped_page_is_painted_where_it_is_seen(page: Page) -> None:
    data = pdf(page)
    [each] = find(1, outline(data).characters, [], ["secret"])
    image = drawn(data)
    assert image.convert("L").getextrema()[0] < 128  # it is seen at all
    rest = image.copy()
    for box in each.boxes:
        left, top, right, bottom = box.pixels(*image.size)
        rest.paste("white", (left, top, right + 1, bottom + 1))
        assert (right - left) * (bottom - top) < image.width * image.height / 3  # and not the whole page
    assert rest.convert("L").getextrema()[0] == 255


fractions = st.floats(0, 1)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, right = sorted((draw(fractions), draw(fractions)))
    top, bottom = sorted((draw(fractions), draw(fractions)))
    box = Box(1, left, top, right, bottom)
    assume(box.is_sound)
    return box


@settings(max_examples=25)
@given(pages(), st.lists(boxes(), min_size=1, max_size=4), st.booleans())
def test_every_pixel_inside_of_a_rectangle_is_painted(
    page: Page, drawn_boxes: list[Box], noisy: bool
) -> None:
    """Of the picture that lies in the copy, whichever way it is encoded; the person drew on the same page."""
    image = drawn(pdf(page), width=100)
    if noisy:  # a photograph: kept as JPEG
        image = Image.merge("RGB", [Image.effect_noise(image.size, 120) for _ in range(3)])
    copy = copied([(image, drawn_boxes)])
    document = pypdfium2.PdfDocument(copy)
    [held] = list(document[0].get_objects())
    pixels = held.get_bitmap().to_pil().convert("RGB")
    assert pixels.size == image.size
    for box in drawn_boxes:
        left, top, right, bottom = box.pixels(*image.size)
        assert pixels.crop((left, top, right + 1, bottom + 1)).getextrema() == ((0, 0),) * 3
    document.close()


def test_a_photograph_is_kept_as_a_jpeg_with_ink_of_one_colour() -> None:
    photo = Image.merge("RGB", [Image.effect_noise((203, 155), 8) for _ in range(3)])
    box = Box(1, 0.313, 0.317, 0.641, 0.653)
    picture = picture_of(photo, [box])
    assert "/DCTDecode" in picture.coding
    left, top, right, bottom = box.pixels(*photo.size)
    shown = Image.open(io.BytesIO(picture.data)).convert("RGB")
    assert shown.crop((left, top, right + 1, bottom + 1)).getextrema() == ((0, 0),) * 3
    assert shown.crop((0, 0, left - BLOCK, 155)).getextrema() != ((0, 0),) * 3


@given(boxes(), st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([1, BLOCK]))
def test_a_box_covers_every_pixel_that_it_touches_and_stays_on_the_page(
    box: Box, wide: int, tall: int, grid: int
) -> None:
    left, top, right, bottom = box.pixels(wide, tall, grid=grid)
    assert 0 <= left <= box.left * wide
    assert 0 <= top <= box.top * tall
    assert min(box.right * wide, wide) <= right + 1 <= wide
    assert min(box.bottom * tall, tall) <= bottom + 1 <= tall


def test_a_picture_leaves_its_exif_behind_and_lies_as_it_was_held() -> None:
    photo, file = Image.new("RGB", (64, 40), "white"), io.BytesIO()
    photo.paste("red", (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x0112] = "Exifwords", NAME, 6
    photo.save(file, "JPEG", exif=exif, quality=95)
    assert b"Exifwords" in file.getvalue()
    with in_memory([file.getvalue()]) as handle:
        [page] = read_outlines(handle, MediaType.JPEG, 1, 5)
        image = draw_sheet(handle, MediaType.JPEG, 1, round(page.wide / 72 * sandbox.SCANNED)).image
    assert (image.width, image.height) == (40, 64)
    assert page.characters == []
    copy = copied([(image, [Box(1, 0.75, 0.0, 1.0, 0.2)])])
    assert b"Exif" not in copy
    assert NAME.encode() not in streams(copy)
    shown = drawn(copy, width=40)
    assert shown.getpixel((36, 4)) == (0, 0, 0)  # where the red corner had been turned to


def encrypted() -> bytes:
    marks = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4"
    marks += f" /O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<00> <00>]"
    return pdf(Page()).replace(b"/Root 1 0 R", f"/Root 1 0 R {marks}".encode())


@pytest.mark.parametrize(
    "data", [encrypted(), b"%PDF-1.7 nothing", hostile()[:300]], ids=["encrypted", "broken", "cut"]
)
def test_what_cannot_be_read_is_an_error_and_no_copy(data: bytes) -> None:
    with in_memory([data]) as file, pytest.raises(Unshowable):
        read_outlines(file, MediaType.PDF, 1, 25)


def test_huge_boxes_and_crowds_of_pages_stay_within_bounds() -> None:
    huge = pdf(Page(((5, 5, "Secret"),), media=(0, 0, 14400, 14400)))
    assert drawn(huge, width=300).size == (300, 300)
    many = pdf(*[Page()] * (sandbox.MOST_PAGES + 1))
    with pytest.raises(sandbox.Unshowable):
        sandbox.pdf_text(io.BytesIO(many), 1, 1)


def test_more_text_than_an_answer_holds_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MOST_CHARACTERS", 5)
    with pytest.raises(sandbox.Unshowable):
        outline(pdf(Page(((72, 700, "Secret"),))))


@pytest.mark.parametrize("answer", [b"short", b"\x7f\xc0\0\0" * 3, b"\x44\0\0\0\x44\0\0\0\xff\xff\xff\xff"])
def test_a_reader_taken_over_can_answer_nothing_else(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr("deals.viewer.rendering._answer_of", lambda *_: answer)
    with in_memory([pdf(Page())]) as file, pytest.raises(Unshowable):
        read_outlines(file, MediaType.PDF, 1, 1)
