"""Why confidentiality matters (M1): the reasons of the first lesson of the course, each with its controls.

One source: the lesson as officers have it now, so that the page and the course never say two things; the text
that the house comes with where there is no such lesson any more.
"""

import tomllib
from dataclasses import dataclass
from functools import cache

from people.training.models import Lesson
from people.training.shipped import TEXTS, track_id

COURSE = "why"
CONTROL = {"zh": "对应的控制：", "en": "The control: "}  # begins the paragraph that answers a reason
_BETWEEN = {"zh": "；", "en": ";"}


@dataclass(frozen=True, slots=True)
class Reason:
    """`controls` are what the product does about it, in words."""

    words: str
    controls: tuple[str, ...]


def reasons(language: str) -> list[Reason]:
    """In "zh" or "en", of the first lesson that names controls. One query."""
    lessons = Lesson.objects.filter(track=track_id(COURSE), retired_at__isnull=True).order_by("position")
    name = f"body_{language}"
    wanted = lessons.filter(**{f"{name}__contains": CONTROL[language].strip()})
    body = wanted.values_list(name, flat=True).first()
    return parsed(body or _shipped(language), language)


def parsed(body: str, language: str) -> list[Reason]:
    """Paragraphs, each with the controls that the one after it names."""
    found: list[Reason] = []
    for paragraph in (part.strip() for part in body.split("\n\n")):
        if paragraph.startswith(CONTROL[language].strip()) and found:
            words = paragraph.removeprefix(CONTROL[language].strip()).strip(" 。.")
            controls = tuple(one.strip() for one in words.split(_BETWEEN[language]) if one.strip())
            found[-1] = Reason(found[-1].words, controls)
        elif paragraph:
            found.append(Reason(paragraph, ()))
    return found


@cache
def _shipped(language: str) -> str:
    text = tomllib.loads((TEXTS / f"{COURSE}.toml").read_text(encoding="utf-8"))
    return str(text["lessons"][0][language]["body"]).strip()
