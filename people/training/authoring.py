"""Making courses: officers write, and what somebody may have read or answered is only retired."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import User
from people.training.enrolling import reconcile
from people.training.entries import log
from people.training.errors import NotNow
from people.training.models import Lesson, LessonKind, Question, QuestionKind, Track, TrackRole, TrainingFile
from people.training.sealing import sealed
from people.uploads import LIMIT, media_type_of


@dataclass(frozen=True, kw_only=True, slots=True)
class NewQuestion:
    """`right` are places in the options, from 0."""

    kind: QuestionKind
    text_zh: str
    text_en: str
    options_zh: list[str]
    options_en: list[str]
    right: list[int]
    why_zh: str
    why_en: str


@transaction.atomic
def save_track(*, actor: User, track: Track, roles: Iterable[str]) -> Track:
    """A new track, or its rules changed; papers that are out keep theirs. The caller checks the actor."""
    track.save()
    TrackRole.objects.filter(track=track).exclude(role__in=list(roles)).delete()
    for role in roles:
        TrackRole.objects.get_or_create(track=track, role_id=role)
    log(Action.TRAINING_EDIT, track.pk)
    reconcile([track])
    return track


@transaction.atomic
def publish(*, actor: User, track: Track) -> None:
    """From now on it is owed. Raises NotNow where something is missing."""
    locked = Track.objects.select_for_update().get(pk=track.pk)
    if locked.published_at is not None:
        raise NotNow(_("This course was published already."))
    if not _live(locked.lessons).exists() or _live(locked.questions).count() < locked.draw:
        raise NotNow(_("A course needs a lesson, and at least as many questions as its exam draws."))
    if not locked.for_guests and not locked.audience.exists():
        raise NotNow(_("Say for whom it is: a role, or outside people."))
    locked.published_at = timezone.now()
    locked.save(update_fields=["published_at"])
    log(Action.TRAINING_PUBLISH, locked.pk)
    reconcile([locked])


@transaction.atomic
def retire_track(*, actor: User, track: Track) -> None:
    """Nobody owes it any more; certificates stay. Raises NotNow."""
    locked = Track.objects.select_for_update().get(pk=track.pk)
    if not locked.is_running:
        raise NotNow(_("This course is not running."))
    locked.retired_at = timezone.now()
    locked.save(update_fields=["retired_at"])
    log(Action.TRAINING_RETIRE, locked.pk)


@transaction.atomic
def add_lesson(*, actor: User, lesson: Lesson, upload: bytes | None = None) -> Lesson:
    """Raises NotNow: a file that is too large, or neither PDF, JPEG nor PNG."""
    last = lesson.track.lessons.aggregate(last=Max("position"))["last"] or 0
    lesson.position, lesson.added_by = last + 1, actor
    if lesson.kind == LessonKind.FILE:
        lesson.file = keep_file(actor=actor, data=upload or b"")
    lesson.save(force_insert=True)
    log(Action.TRAINING_EDIT, lesson.track_id)
    return lesson


@transaction.atomic
def retire_lesson(*, actor: User, lesson: Lesson) -> None:
    """Raises NotNow for the last one of a running track."""
    if lesson.track.is_running and _live(lesson.track.lessons).exclude(pk=lesson.pk).count() == 0:
        raise NotNow(_("A course needs a lesson, and at least as many questions as its exam draws."))
    lesson.retired_at = timezone.now()
    lesson.save(update_fields=["retired_at"])
    log(Action.TRAINING_EDIT, lesson.track_id)


@transaction.atomic
def add_question(*, actor: User, track: Track, new: NewQuestion) -> Question:
    """Raises NotNow where the right answers do not fit the options."""
    fits = new.right and set(new.right) <= set(range(len(new.options_zh)))
    if not fits or len(new.options_zh) != len(new.options_en) or len(new.options_zh) < 2:
        raise NotNow(_("Give the options in both languages, one a line, and say which are right."))
    if (new.kind == QuestionKind.MULTIPLE) != (len(set(new.right)) > 1):
        raise NotNow(_("The number of right answers does not fit the kind of question."))
    values: dict[str, Any] = {name: getattr(new, name) for name in new.__slots__}
    values["right"] = sorted(set(new.right))
    question = Question.objects.create(track=track, added_by=actor, **values)
    log(Action.TRAINING_EDIT, track.pk)
    return question


@transaction.atomic
def retire_question(*, actor: User, question: Question) -> None:
    """Raises NotNow where fewer were left than the exam draws."""
    track = question.track
    if track.is_running and _live(track.questions).exclude(pk=question.pk).count() < track.draw:
        raise NotNow(_("A course needs a lesson, and at least as many questions as its exam draws."))
    question.retired_at = timezone.now()
    question.save(update_fields=["retired_at"])
    log(Action.TRAINING_EDIT, track.pk)


def keep_file(*, actor: User, data: bytes) -> TrainingFile:
    """Sealed before it is written. In a transaction. Raises NotNow."""
    if len(data) > LIMIT:
        raise NotNow(_("The file is larger than 700 KB. Nothing was kept; send a smaller one."))
    media_type = media_type_of(data)
    if not media_type:
        raise NotNow(_("The file is neither PDF, JPEG nor PNG. Nothing was kept."))
    kept = TrainingFile(media_type=media_type, size=len(data), by=actor)
    kept.sealed = sealed(kept.pk, data, person=actor.pk)
    kept.save(force_insert=True)
    return kept


def _live(rows: Any) -> Any:
    return rows.filter(retired_at__isnull=True)
