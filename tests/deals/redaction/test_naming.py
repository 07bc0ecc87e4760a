"""What a copy is called: its name tells nothing of what the copy hides."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from deals.errors import NotPossible
from deals.files.models import NAME_LENGTH
from deals.redaction.models import State
from deals.redaction.naming import checked_name, free_name, proposed_name
from tests.cast import client_of
from tests.deals.redaction.desk import MARK, at, begun, step, work_of, worked
from tests.deals.redaction.papers import CARD, CODE, ID_NUMBER, MAIL, PHONE

NUMBERS = (CARD, CODE, ID_NUMBER, MAIL, PHONE)


@pytest.mark.parametrize("number", NUMBERS)
@translation.override("en")
def test_a_name_that_holds_somebodys_number_is_refused_and_never_proposed(number: str) -> None:
    spaced = number if number == MAIL else " ".join(number)
    for name in (f"{number}.pdf", f"合同 {number}", f"王芳 {spaced} 合同.pdf"):
        with pytest.raises(NotPossible, match="may be painted over"):
            checked_name(name, [])
        assert proposed_name(name, []) == "Redacted copy.pdf"


@translation.override("en")
def test_a_name_that_holds_a_word_looked_for_is_refused() -> None:
    for name in ("欧阳修文 合同.pdf", "合同-欧阳 修文", "欧阳修文"):
        with pytest.raises(NotPossible, match="Typed word"):
            checked_name(name, ["欧阳修文"])
        assert proposed_name(name, ["欧阳修文"]) == "Redacted copy.pdf"
    assert proposed_name("合同.docx", ["欧阳修文"]) == "合同 (redacted).pdf"


@given(st.text(max_size=NAME_LENGTH + 20), st.text(min_size=2, max_size=5))
def test_every_name_taken_is_a_pdfs_and_fits(typed: str, word: str) -> None:
    try:
        name = checked_name(typed, [word])
    except NotPossible:
        return
    assert name.casefold().endswith(".pdf")
    for taken in (set(), {name.casefold()}):
        assert len(free_name(name, taken)) <= NAME_LENGTH
        assert free_name(name, taken).casefold() not in taken


@pytest.mark.django_db
def test_the_maker_names_the_copy_and_is_told_of_a_name_that_says_too_much(world: SimpleNamespace) -> None:
    begun(world, name=f"王芳 {PHONE}.pdf")
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    assert 'value="Redacted copy.pdf"' in browser.get(at(world, "")).content.decode()
    for name, said in (
        (f"王芳 {PHONE}.pdf", "may be painted over (Phone number)"),
        ("", "Give a name."),
        ("a/b", "A name cannot hold"),
    ):
        sent = {"reason": "redact.personal", "name": name}
        answer = browser.post(at(world, "apply"), sent, follow=True)
        assert said in answer.content.decode()
        assert worked(world).state == State.DRAFT
    assert len(work_of(world).marks) == 1
    step(browser, world, "apply", reason="redact.personal", name="合同")
    worked(world)
    path = reverse("deals:file", args=[world.deal.pk, world.redaction.copy.file_id])
    assert "1-2 合同.pdf" in browser.get(path).content.decode()
