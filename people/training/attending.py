"""Live sessions: the person says that they were there, and so does the trainer, who is somebody else."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.training.access import get_lesson, get_my_session, sessions_for
from people.training.entries import log
from people.training.errors import NotNow
from people.training.models import Lesson, LessonKind
from people.training.records import Attendance, Enrolment, LiveSession
from people.training.taking import note_done


@transaction.atomic
def hold(*, actor: User, lesson: Lesson, trainer: User, held_at: datetime) -> LiveSession:
    """An officer announces one. The caller has checked that the actor may. Raises NotNow."""
    if lesson.kind != LessonKind.LIVE or lesson.retired_at is not None:
        raise NotNow(_("This lesson is not a live one."))
    if not trainer.is_staff or not trainer.is_active:
        raise NotNow(_("The trainer is a colleague."))
    session = LiveSession.objects.create(lesson=lesson, trainer=trainer, held_at=held_at, made_by=actor)
    log(Action.TRAINING_SESSION, session.pk, trainer.pk)
    return session


@transaction.atomic
def attend(*, actor: User, enrolment_id: UUID, lesson_id: UUID, session_id: UUID) -> Attendance:
    """The actor says that they were there. Raises Refused, NotNow."""
    enrolment, lesson = get_lesson(actor, enrolment_id, lesson_id)
    session = sessions_for(enrolment, lesson).filter(pk=session_id).first()
    if session is None:
        raise Refused(ObjectType.TRAINING, session_id, Action.TRAINING_ATTEND)
    if session.trainer_id == actor.pk:
        raise NotNow(_("You hold this session. Attend one that somebody else holds."))
    if session.held_at > timezone.now():
        raise NotNow(_("This session has not begun yet."))
    row, made = Attendance.objects.get_or_create(session=session, person=actor)
    if made:
        log(Action.TRAINING_ATTEND, session.pk, actor.pk)
    return row


@transaction.atomic
def confirm(*, actor: User, session_id: UUID, attendance_id: UUID) -> Attendance:
    """The trainer says so too; then the lesson is done. Raises Refused for who is not the session's trainer,
    which its trainer's own attendance can never be."""
    session = get_my_session(actor, session_id)
    row = Attendance.objects.select_for_update().filter(pk=attendance_id, session=session).first()
    if row is None or row.person_id == actor.pk:
        raise Refused(ObjectType.TRAINING, attendance_id, Action.TRAINING_CONFIRM)
    if row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = timezone.now(), actor
        row.save(update_fields=["confirmed_at", "confirmed_by"])
        log(Action.TRAINING_CONFIRM, session.pk, row.person_id)
        taking = Enrolment.objects.filter(
            person_id=row.person_id, track=session.lesson.track_id, ended_at__isnull=True
        )
        for enrolment in taking:
            note_done(enrolment, session.lesson_id)
    return row
