"""The tags say in words what they show in colour, and never let data become markup."""

import re
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.template import Context, Template
from django.utils import timezone as django_timezone
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.ui import times, words
from tools.messages import ROOT


def render(source: str, **context: object) -> str:
    return Template("{% load i18n ui %}" + source).render(Context(context))


def test_a_mask_is_said_to_be_masked_and_plaintext_to_be_open() -> None:
    with translation.override("en"):
        assert "masked" in render("{% mask value %}", value="138****1234")
        assert "shown in full" in render("{% mask value is_open=True %}", value="13812341234")


@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_value_has_no_lock(value: object) -> None:
    assert "#lock" not in render("{% mask value %}", value=value)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_no_value_becomes_markup(value: str) -> None:
    hostile = f"<b>{value}</b>\"'"
    for source in ("{% mask v %}", "{% copyable v short=3 %}", "{% state v %}", "{% icon 'lock' label=v %}"):
        assert "<b>" not in render(source, v=hostile)


@pytest.mark.parametrize("given_as", [3, "3", "L3"])
def test_grades_are_words_of_the_glossary(given_as: object) -> None:
    with translation.override("zh-hans"):
        assert "三级·敏感" in render("{% grade level %}", level=given_as)


def test_every_state_has_a_tone_that_the_style_sheet_knows() -> None:
    styles = (ROOT / "static/css/components.css").read_text(encoding="utf-8")
    assert all(f".state-{tone} " in styles for _, tone in words.STATES.values())


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    sprite = (ROOT / "static/vendor/tabler-icons-3.51.0/icons.svg").read_text()
    pattern = re.compile(r"""{% icon ["']([a-z0-9-]+)["']|\bicon=["']([a-z0-9-]+)["']""")
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob("templates/**/*.html")]
    sources += [
        path.read_text(encoding="utf-8")
        for app in ("people", "vault", "deals", "compliance", "config")
        for path in (ROOT / app).rglob("*.py")
    ]
    named = {first or second for source in sources for first, second in pattern.findall(source)}
    named |= set(words.TONE_ICONS.values())
    assert {name for name in named if f'id="{name}"' not in sprite} == set()


@pytest.mark.parametrize(
    ("gap", "english", "chinese"),
    [
        (timedelta(seconds=20), "just now", "刚刚"),
        (timedelta(minutes=1), "1 minute ago", "1 分钟前"),
        (timedelta(minutes=59), "59 minutes ago", "59 分钟前"),
        (timedelta(hours=2), "2 hours ago", "2 小时前"),
        (timedelta(days=6), "6 days ago", "6 天前"),
        (timedelta(hours=-3), "in 3 hours", "3 小时后"),
        (timedelta(days=30), "Oct. 22, 2026", "2026年10月22日"),
    ],
)
def test_times_are_told_in_words(gap: timedelta, english: str, chinese: str) -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with translation.override("en"):
        assert times.in_words(now - gap, now) == english
    with translation.override("zh-hans"):
        assert times.in_words(now - gap, now) == chinese


def test_times_are_told_in_the_viewers_zone() -> None:
    moment = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    with django_timezone.override(timezone(timedelta(hours=8))):
        assert times.to_minute(moment) == "2026-11-22 07:30"
        assert "2026-11-22 07:30:00 +0800" in render("{% when moment 'full' %}", moment=moment)


def test_a_copyable_id_keeps_the_whole_in_its_title() -> None:
    shown = render("{% copyable id short=8 %}", id=UUID(int=0xABCDEF))
    assert f'title="{UUID(int=0xABCDEF)}"' in shown
    assert "…00abcdef" in shown


def test_the_tab_of_this_address_is_the_current_one() -> None:
    shown = render("{% local_nav 'A' '/a/' 'B' '/b/' 'C' '' %}", request=SimpleNamespace(path="/b/"))
    assert shown.count("<a ") == 2
    assert '<a href="/b/" aria-current="page">B</a>' in shown


def test_a_day_is_shown_as_it_is_in_the_viewers_zone() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    with django_timezone.override(timezone(timedelta(hours=8))):
        assert ">2026-11-24</time>" in render('{% when late "day" %}', late=late)
        assert ">2026-11-23</time>" in render('{% when day "day" %}', day=late.date())
        assert ">2026-11-23</time>" in render("{% when day %}", day=late.date())
