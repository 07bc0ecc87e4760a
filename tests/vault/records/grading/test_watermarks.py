"""The watermark over what is open: who looks and when, from the grade on that asks for it."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse

from tests.cast import client_of
from tests.vault.purposes.makers import PROVING, said
from tests.vault.purposes.test_withdrawal_everywhere import USES, WORDS, Page, document, settled
from tests.vault.records.makers import add
from tests.vault.relations.makers import said_to
from vault.masking.grades import Grade
from vault.records.grading.rules import DECLARED, rules
from vault.records.labels import Group
from vault.records.models import ClientBook
from vault.records.reveals.needs import needs_of

pytestmark = pytest.mark.django_db
MARK = 'data-mark="Ming · '
TEMPLATES = Path(settings.BASE_DIR, "templates")
OPENS = re.compile(r'is_open=True|class="(?:[^"]* )?(?:call-)?opened[" ]')
MARKED = re.compile(r"vault/(reveals/_mark|records/_why|records/_group)\.html")
COMPANY = {"name": "杭州云帆科技有限公司", "address": "杭州市西湖区古墩路287号", "notes": "只在晚上接电话"}
# A group of each grade as the fields declare it, and what stands in it.
OPENED = {Grade.L2: (Group.NOTES, COMPANY["notes"]), Grade.L3: (Group.CONTACT, COMPANY["address"])}


@pytest.mark.parametrize("grade", OPENED, ids=lambda grade: grade.name)
def test_there_from_grade_3_and_absent_on_grade_2(
    people: SimpleNamespace, book: ClientBook, grade: Grade
) -> None:
    group, value = OPENED[grade]
    client = add(book, COMPANY, kind="company")  # a company begins with grade 2, a floor under every field
    assert needs_of(client, group, rules()).grade == grade
    name = group.value.removeprefix("client.")
    address = reverse("vault:client_reveal", args=[client.pk, name])
    told = {f"{group.name}-purpose": "service", f"{group.name}-reason": "call"}
    browser = client_of(people.ming)
    masked = browser.get(reverse("vault:client", args=[client.pk])).content.decode()
    assert MARK not in masked
    shown = browser.post(address, told).content.decode()
    assert value in shown
    assert (MARK in shown) is ("opened-mark" in shown) is (grade >= Grade.L3)


def proof(world: SimpleNamespace) -> tuple[Page, str]:
    event = said(world.zhang.client, "service.use")
    address = reverse("vault:consent_proof", args=[event.pk])

    def page() -> str:
        shown: str = world.browsers["ming"].post(address, PROVING).content.decode()
        return shown

    return page, "纸质同意书存于档案柜二层"


@pytest.mark.parametrize(
    "use", [*(one for one in USES if one is not document), proof], ids=lambda use: use.__name__
)
def test_every_page_that_opens_a_person_has_it_once(
    people: SimpleNamespace, use: Callable[[SimpleNamespace], tuple[Page, str]]
) -> None:
    people.browsers = {name: client_of(getattr(people, name)) for name in ("ming", "olivia")}
    page, secret = use(settled(people))
    shown = page()
    assert secret in shown
    assert shown.count('class="opened-mark"') == 1
    assert MARK in shown


def test_what_was_said_with_a_company_has_none_as_its_notes_have_none(
    people: SimpleNamespace, book: ClientBook
) -> None:
    row = said_to(add(book, COMPANY, kind="company"), people.ming, WORDS)
    told = {"TEXT-purpose": "service", "TEXT-reason": "call"}
    address = reverse("vault:communication_reveal", args=[row.pk])
    shown = client_of(people.ming).post(address, told).content.decode()
    assert WORDS in shown
    assert "opened-mark" not in shown


def test_every_template_that_opens_a_value_takes_the_mark_along() -> None:
    """A new page with opened values is found here. No field's grade is on what a reason in the log or a
    report says, nor on the source of a list or the number of a colleague's certificate."""
    opening = {path for path in TEMPLATES.rglob("*.html") if OPENS.search(path.read_text("utf-8"))}
    bare = {path for path in opening if not MARKED.search(path.read_text("utf-8"))}
    assert {path.relative_to(TEMPLATES).as_posix() for path in bare} == {
        "compliance/review/_entry.html",
        "compliance/speakup/case.html",
        "people/training/outside_check.html",
        "vault/purposes/source.html",
    }


def test_the_highest_grade_has_it_by_its_rule() -> None:
    assert [grade for grade, rule in DECLARED.items() if rule.watermark] == [Grade.L3, Grade.L4]
