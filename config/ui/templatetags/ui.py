"""The template tags of the shared look; templates/components/README.md shows each."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, gettext

from compliance.outside.access import asks_at
from config.ui import times, words
from people.accounts.models import User
from people.roles.doors.here import Shut
from people.roles.doors.words import told

register = template.Library()

_SPRITE = "vendor/tabler-icons-3.51.0/icons.svg"


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite: silent beside words, or with `label` where it stands alone."""
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}#{}"/></svg>',
            classes,
            label,
            static(_SPRITE),
            name,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        classes,
        static(_SPRITE),
        name,
    )


@register.filter
def tone_icon(tone: str) -> str:
    return words.TONE_ICONS.get(tone, "info-circle")


def _blank() -> SafeString:
    return format_html(
        '<span class="blank"><span aria-hidden="true">—</span><span class="visually-hidden">{}</span></span>',
        gettext("empty"),
    )


@register.simple_tag
def mask(value: object, is_open: bool = False) -> SafeString:
    """A masked value with its lock; `is_open=True` says that it is plaintext. Empty values are a dash."""
    if value is None or value == "":
        return _blank()
    return format_html(
        '<span class="mask{}">{}<span class="visually-hidden">{}: </span>'
        '<span class="mask-text">{}</span></span>',
        " mask-open" if is_open else "",
        icon("lock-open" if is_open else "lock"),
        gettext("shown in full") if is_open else gettext("masked"),
        value,
    )


@register.simple_tag
def grade(level: int | str) -> SafeString:
    """The quiet tag of a grade, given as 3, "3" or "L3"."""
    number = int(str(level).removeprefix("L"))
    return format_html(
        '<span class="grade grade-{}"><span class="grade-bars" aria-hidden="true">{}</span>{}</span>',
        number,
        mark_safe("<i></i>" * len(words.GRADES)),  # noqa: S308 (a constant)
        words.GRADES[number],
    )


@register.simple_tag
def state(value: str, label: str = "", tone: str = "") -> SafeString:
    """The tag of a state. States not in `config.ui.words` bring their own `label` (and `tone`)."""
    known_label, known_tone = words.STATES.get(value, (label or value, "rest"))
    return format_html('<span class="state state-{}">{}</span>', tone or known_tone, label or known_label)


@register.inclusion_tag("components/shut_roles.html")
def shut_roles(user: User) -> dict[str, Any]:
    """Roles of the viewer's that do not count in this request, and why."""
    shut = told(user)
    asked = any(code == Shut.PASSKEY for code, _words in shut)
    return {"told": [words for _code, words in shut], "passkey": asked}


@register.simple_tag
def asks_elsewhere(user: User) -> str | None:
    """Where the viewer asks for what a page refused them, if not by its button; "" for nowhere."""
    return asks_at(user)


@register.simple_tag
def when(moment: date | None, style: str = "words") -> SafeString:
    """A time in the viewer's zone: "words" (3 minutes ago), "minute", "day" or "full", the title too.
    A date without a time is shown as its day."""
    if moment is None:
        return _blank()
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), times.to_day(moment))
    shown = {
        "words": lambda: times.in_words(moment, timezone.now()),
        "minute": lambda: times.to_minute(moment),
        "day": lambda: times.to_day(moment),
        "full": lambda: times.in_full(moment),
    }[style]()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), times.in_full(moment), shown
    )


@register.simple_tag
def copyable(value: UUID | str, short: int = 0) -> SafeString:
    """An identifier in monospace with a copy button; `short` shows only its last characters."""
    text = str(value)
    shown = f"…{text[-short:]}" if short and len(text) > short else text
    return format_html(
        '<span class="copyable"><code title="{}">{}</code>'
        '<button type="button" class="copy" data-copy="{}" data-copied="{}" aria-label="{}" hidden>{}'
        "</button></span>",
        text,
        shown,
        text,
        gettext("Copied"),
        gettext("Copy"),
        icon("copy"),
    )


@register.inclusion_tag("components/local_nav.html", takes_context=True)
def local_nav(context: template.Context, *pairs: Any) -> dict[str, Any]:
    """Tabs that are links: `{% local_nav label1 url1 label2 url2 %}`; the current one is found by address."""
    links = list(zip(pairs[::2], pairs[1::2], strict=True))
    path = context["request"].path
    return {"links": [(label, url, url == path) for label, url in links if url]}


@register.filter
def own_name(code: str) -> str:
    """A language's name in that language."""
    return {"zh-hans": "简体中文", "en": "English"}.get(code) or get_language_info(code)["name_local"]


@register.filter
def html_lang(code: str) -> str:
    """The BCP 47 tag of a Django language code, as fonts and screen readers want it."""
    return {"zh-hans": "zh-Hans"}.get(code, code)
