"""The courses that the house comes with, as drafts: an officer reads, changes and publishes them."""

import tomllib
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from people.accounts.system import SYSTEM_ID
from people.training.models import Lesson, LessonKind, Question, Track, TrackRole

TEXTS = Path(__file__).parent / "texts"
_RULES = ("for_guests", "join_days", "draw", "pass_percent", "wait_hours", "tries")


def track_id(code: str) -> UUID:
    """The id of the track that the file of this name becomes: the same in every house."""
    return uuid5(NAMESPACE_URL, f"sealroom:training:{code}")


def ensure_first_tracks(*, using: str = "default") -> None:
    """Each one once: what an officer changed or retired stays so."""
    present = set(Track.objects.using(using).values_list("pk", flat=True))
    for path in sorted(TEXTS.glob("*.toml")):
        if track_id(path.stem) not in present:
            _bring(track_id(path.stem), tomllib.loads(path.read_text(encoding="utf-8")), using)


def _bring(pk: UUID, text: dict[str, Any], using: str) -> None:
    rules = {name: text[name] for name in _RULES if name in text}
    words = _worded(text, "title", "about")
    track = Track(pk=pk, made_by_id=SYSTEM_ID, **rules, **words)
    track.save(using=using, force_insert=True)
    for role in text["roles"]:
        TrackRole(track=track, role_id=role).save(using=using)
    for position, lesson in enumerate(text["lessons"], start=1):
        made = Lesson(track=track, position=position, kind=LessonKind.TEXT, added_by_id=SYSTEM_ID)
        for name, value in _worded(lesson, "title", "body").items():
            setattr(made, name, value)
        made.save(using=using)
    for question in text["questions"]:
        Question(
            track=track,
            kind=question["kind"],
            right=question["right"],
            added_by_id=SYSTEM_ID,
            **_worded(question, "text", "options", "why"),
        ).save(using=using)


def _worded(text: dict[str, Any], *names: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language in ("zh", "en"):
        for name in names:
            value = text[language][name]
            found[f"{name}_{language}"] = value.strip() if isinstance(value, str) else value
    return found
