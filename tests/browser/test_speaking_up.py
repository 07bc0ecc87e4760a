"""Speaking up in a real browser, without scripts: from the foot of the sign-in page to the answer."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from audit.origin import Origin, acting_as
from compliance.speakup import channel, handling
from compliance.speakup.channel import Told
from compliance.speakup.codes import Category
from compliance.speakup.models import SpeakUpCase
from tests.browser.chromium import Language, axe_violations, overflow
from tests.browser.conftest import Site
from tests.browser.words import foreign_words
from tests.cast import cast
from tests.compliance.speakup import making

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "way in": "Report a wrong",
        "happened": "A list was sold in meeting room 3.",
        "more": "On Friday.",
    },
    "zh-hans": {"way in": "举报", "happened": "有人在三号会议室出售名单。", "more": "上周五。"},
}
ANSWER = {"en": "Was anybody else there?", "zh-hans": "当时还有其他人在场吗？"}


@pytest.fixture
def people(transactional_db: None) -> SimpleNamespace:
    cache.clear()
    with acting_as(Origin()):
        return SimpleNamespace(**cast())


def looked_at(page: Page, language: Language, told: list[str]) -> None:
    assert axe_violations(page) == []
    assert overflow(page) <= 0
    assert list(foreign_words(page, language, [*told, "简体中文", "English"])) == []


@pytest.mark.parametrize(
    ("language", "phone", "dark"),
    [("zh-hans", True, True), ("zh-hans", False, False), ("en", True, False), ("en", False, True)],
    ids=["zh-phone-dark", "zh-desktop", "en-phone", "en-desktop-dark"],
)
def test_a_report_and_its_answer(
    people: SimpleNamespace, live_site: Site, language: Language, phone: bool, dark: bool
) -> None:
    said = WORDS[language]
    page = live_site.open(language=language, phone=phone, dark=dark, javascript=False)
    page.goto("/account/login/")
    page.context.clear_cookies()
    page.click(f"footer >> text={said['way in']}")
    page.wait_for_url(re.compile("/speak-up/"))
    page.select_option("select[name=category]", "data")
    page.fill("textarea[name=happened]", said["happened"])
    numbers = re.findall(r"\d+", page.inner_text("label[for=id_total]"))
    page.fill("input[name=total]", "99")
    page.click("main button.btn-primary")  # a wrong sum: the words are still there
    assert page.input_value("textarea[name=happened]") == said["happened"]
    numbers = re.findall(r"\d+", page.inner_text("label[for=id_total]"))
    page.fill("input[name=total]", str(sum(map(int, numbers))))
    page.click("main button.btn-primary")
    code = page.inner_text("#code")
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", code)
    assert code not in page.url
    case = SpeakUpCase.objects.get()
    with acting_as(Origin(actor=people.olivia.pk)):
        handling.acknowledge(actor=people.olivia, case_id=case.pk)
        handling.answer(actor=people.olivia, case_id=case.pk, words=ANSWER[language], final=False)
    page.click("main a.btn-primary")
    page.fill("input[name=code]", code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    page.wait_for_selector(".thread")
    assert ANSWER[language] in page.inner_text(".thread")
    page.fill("textarea[name=words]", said["more"])
    page.click("main button.btn-primary")
    assert said["more"] in page.inner_text(".thread")
    assert code not in page.url
    assert page.context.cookies() == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_channel(people: SimpleNamespace, live_site: Site, language: Language) -> None:
    page = live_site.open(language=language, phone=language == "zh-hans")
    told = [WORDS[language]["happened"]]
    page.goto(f"/speak-up/?lang={language}")
    page.click("summary")
    looked_at(page, language, told)
    page.click("main button.btn-primary")  # nothing filled in: the browser itself says so
    page.eval_on_selector("form", "form => form.noValidate = true")
    page.click("main button.btn-primary")
    page.wait_for_selector(".form-errors, .field-errors")
    looked_at(page, language, told)
    page.select_option("select[name=category]", "money")
    page.fill("textarea[name=happened]", told[0])
    numbers = re.findall(r"\d+", page.inner_text("label[for=id_total]"))
    page.fill("input[name=total]", str(sum(map(int, numbers))))
    page.click("main button.btn-primary")
    code = page.inner_text("#code")
    looked_at(page, language, [*told, code])
    page.goto(f"/speak-up/mailbox/?lang={language}")
    looked_at(page, language, told)
    page.fill("input[name=code]", code[:-1] + ("X" if code[-1] != "X" else "Y"))
    page.click("main button.btn-primary")
    looked_at(page, language, told)
    page.fill("input[name=code]", code)
    page.click("main button.btn-primary")
    page.wait_for_selector(".thread")
    looked_at(page, language, told)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_who_handles_it(
    people: SimpleNamespace, live_site: Site, sign_in: Callable[..., Page], language: Language
) -> None:
    said = WORDS[language]["happened"]
    code = channel.report(told=Told(category=Category.DATA, happened=said, who=said))
    case = SpeakUpCase.objects.get()
    making.protected(case, people.lin, people.olivia)
    making.accused(case, people.ming, people.olivia)
    told = [
        said,
        ANSWER[language],
        *(name for one in vars(people).values() for name in (one.display_name, one.username)),
    ]
    page = sign_in(people.olivia, language=language, phone=language == "zh-hans", dark=language == "en")
    page.goto("/speak-up/cases/")
    looked_at(page, language, told)
    page.click("a.row-link")
    page.click(".page-actions button")
    page.fill("textarea#answer-words", ANSWER[language])
    page.click("form[action$='/answer/'] button")
    looked_at(page, language, told)
    assert said in page.inner_text(".thread")
    found = channel.mailbox(typed=code)
    assert found is not None
    assert found.texts[-1].words == ANSWER[language]
    page.goto("/speak-up/cases/rules/")
    looked_at(page, language, told)


def test_a_signed_in_colleague_is_nobody_there(
    people: SimpleNamespace, live_site: Site, sign_in: Callable[..., Page]
) -> None:
    page = sign_in(people.ming, language="en")
    before = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    page.goto("/speak-up/?lang=en")
    assert people.ming.display_name not in page.content()
    after = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert after == before
    page.goto("/")
    assert people.ming.display_name in page.content()
