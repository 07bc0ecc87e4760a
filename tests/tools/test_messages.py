"""The Chinese interface is complete: every message has its Chinese, none empty, unused or said two ways."""

import gettext
from pathlib import Path

import pytest

from tools import messages
from tools.message_sources import Message, in_python, in_template

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


def write(root: Path, area: str, body: str) -> Path:
    path = root / "locale" / area / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + body, encoding="utf-8")
    return path


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "views.py").write_text(
        '_("Save")\npgettext("state", "Open")\nngettext("%(n)d row", "%(n)d rows", n)\n'
    )
    (tmp_path / "templates" / "vault").mkdir(parents=True)
    (tmp_path / "templates" / "vault" / "page.html").write_text('{% load i18n %}{% translate "Clients" %}')
    return tmp_path


COMPLETE = (
    'msgid "Save"\nmsgstr "保存"\n\nmsgctxt "state"\nmsgid "Open"\nmsgstr "进行中"\n\n'
    'msgid "%(n)d row"\nmsgid_plural "%(n)d rows"\nmsgstr[0] "%(n)d 行"\n\n'
)


def test_the_chinese_interface_is_complete() -> None:
    assert messages.check(messages.ROOT) == []


def test_complete_translations_have_no_faults_and_compile(house: Path) -> None:
    people = write(house, "people", COMPLETE)
    write(house, "vault", 'msgid "Clients"\nmsgstr "客户"\n')
    assert messages.check(house) == []
    assert messages.compile_all(house) == 2
    with people.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Save") == "保存"


def test_a_used_message_without_chinese_is_named_with_its_place(house: Path) -> None:
    write(house, "people", COMPLETE)
    assert messages.check(house) == ["vault: templates/vault/page.html: 'Clients' has no Chinese"]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Clients"\nmsgstr ""\n', "vault: 'Clients' is empty"),
        ('#, fuzzy\nmsgid "Clients"\nmsgstr "客户"\n', "vault: 'Clients' is fuzzy"),
        ('msgid "Clients"\nmsgstr "%(n)d"\n', "vault: 'Clients' has other placeholders than []"),
        (
            'msgid "Clients"\nmsgstr "客户"\n\nmsgid "Save"\nmsgstr "存"\n',
            "vault: 'Save' is ('存',) here but ('保存',) in people",
        ),
        ('msgid "Clients"\nmsgstr "客户"\n\nmsgid "Old"\nmsgstr "旧"\n', "vault: 'Old' is used nowhere"),
    ],
)
def test_each_fault_is_named(house: Path, entry: str, fault: str) -> None:
    write(house, "people", COMPLETE)
    write(house, "vault", entry)
    assert fault in messages.check(house)


def test_messages_of_templates_are_found_in_every_form() -> None:
    source = """{% load i18n %}{% translate "One" %}{% translate "Two" context "state" %}
    {{ x|default:_("Three") }}
    {% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
    {% blocktranslate %}It's {{ who }}{% endblocktranslate %}"""
    assert set(in_template(source)) == {
        Message("", "One"),
        Message("state", "Two"),
        Message("", "Three"),
        Message("", "%(n)s row"),
        Message("", "It's %(who)s"),
    }


def test_messages_of_code_are_found_in_every_form() -> None:
    source = (
        'from x import _\n_("a" "b")\nx.gettext_lazy("c")\nnpgettext("ctx", "one", "many", n)\n'
        '_(variable)\nprint("d")'
    )
    assert set(in_python(source)) == {Message("", "ab"), Message("", "c"), Message("ctx", "one")}


def test_a_function_is_known_by_whatever_name_it_was_imported() -> None:
    source = "from django.utils.translation import pgettext as at_once\nat_once('state', 'Open')\n"
    assert list(in_python(source)) == [Message("state", "Open")]
