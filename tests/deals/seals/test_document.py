"""The document: its number, its hash, its pages."""

import re
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deals.seals.document import Document, new_number
from deals.seals.drawing import MARGIN, WIDE, code_of, lines_of, pdf_of
from people.duties.models import NdaTemplate
from people.duties.templates import in_force
from tests.cast import fixed_rows
from tests.deals.seals.making import CODE, COMPANY

NUMBER = "2345-6789-ABCD-EFGH"


def _document(template: NdaTemplate, **changed: str) -> Document:
    said = {"language": "zh-hans", "number": NUMBER, "company": COMPANY, "code": CODE, "code_name": "青松"}
    return Document(template, **(said | changed))


@pytest.fixture
def template(db: None) -> NdaTemplate:
    fixed_rows()
    found = in_force("company")
    assert found is not None
    return found


def test_numbers_are_not_guessed() -> None:
    numbers = {new_number() for _ in range(500)}
    assert len(numbers) == 500
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", one) for one in numbers)


def test_the_hash_is_of_this_document_alone(template: NdaTemplate) -> None:
    own = _document(template)
    others = [
        _document(template, number="2345-6789-ABCD-EFGJ"),
        _document(template, company=COMPANY + "甲"),
        _document(template, code="1" + CODE[1:]),
        _document(template, code_name="远帆"),
        _document(template, language="en"),
        # A boundary that moved makes another document, too.
        _document(template, company=COMPANY + CODE[0], code=CODE[1:]),
    ]
    assert len({one.hash for one in (own, *others)}) == len(others) + 1
    assert own.hash == _document(template).hash
    newer = replace(own, template=NdaTemplate(text_hash=bytes(32)))
    assert newer.hash != own.hash


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_is_drawn_once_and_the_same(template: NdaTemplate, language: str) -> None:
    document = _document(template, language=language)
    data, pages = pdf_of(document)
    assert pdf_of(document) == (data, pages)
    read = pypdfium2.PdfDocument(BytesIO(data))
    assert len(read) == pages
    assert 2 <= pages <= 6
    assert code_of(document, 1, pages) == f"SEALROOM {NUMBER} {document.hash.hex()} 1/{pages}"


def test_pages_tell_documents_apart(template: NdaTemplate) -> None:
    """The printed number and code are of the document: the same text for another company is other pages."""
    assert pdf_of(_document(template)) != pdf_of(_document(template, company=COMPANY + "甲"))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=300))
def test_no_character_is_lost_by_breaking_lines(text: str) -> None:
    from deals.seals.drawing import readable

    lines = lines_of(text, 24, WIDE - 2 * MARGIN)
    shown = "".join(readable(paragraph) for paragraph in text.strip().splitlines())
    assert "".join("".join(lines).split()) == "".join(shown.split())
