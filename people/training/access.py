"""The gates of training: one's own courses, papers and certificates; officers see who stands where."""

from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.training.models import Lesson, LessonKind, Track
from people.training.records import Certificate, Enrolment, LiveSession, OutsideCertificate, Paper


def manages(user: User) -> bool:
    return has(user, Permission.DUTY_MANAGE)


def my_enrolments(user: User) -> QuerySet[Enrolment]:
    """What the person takes now."""
    return (
        Enrolment.objects.filter(person=user, ended_at__isnull=True, track__retired_at__isnull=True)
        .select_related("track")
        .order_by("due_at", "pk")
    )


def get_mine(user: User, enrolment_id: UUID, action: Action = Action.TRAINING_READ) -> Enrolment:
    """Raises Refused for anybody else's."""
    found = my_enrolments(user).filter(pk=enrolment_id).first()
    if found is None:
        raise _refused(enrolment_id, action)
    return found


def get_lesson(user: User, enrolment_id: UUID, lesson_id: UUID) -> tuple[Enrolment, Lesson]:
    """A lesson of what the person takes. Raises Refused."""
    enrolment = get_mine(user, enrolment_id)
    lesson = (
        Lesson.objects.select_related("file")
        .filter(pk=lesson_id, track=enrolment.track_id, retired_at__isnull=True)
        .first()
    )
    if lesson is None:
        raise _refused(lesson_id, Action.TRAINING_READ)
    return enrolment, lesson


def get_paper(user: User, paper_id: UUID, action: Action) -> Paper:
    """One's own paper; nobody answers or looks at another's. Raises Refused."""
    found = Paper.objects.select_related("enrolment", "track").filter(pk=paper_id, person=user).first()
    if found is None:
        raise _refused(paper_id, action)
    return found


def get_certificate(user: User, certificate_id: UUID) -> Certificate:
    """One's own, or anybody's for an officer. Raises Refused."""
    found = Certificate.objects.select_related("person", "track", "paper").filter(pk=certificate_id).first()
    if found is None or (found.person_id != user.pk and not manages(user)):
        raise _refused(certificate_id, Action.TRAINING_CERTIFICATE)
    return found


def get_track(track_id: UUID) -> Track:
    """For officers; the view's permission is checked. Raises Refused."""
    found = Track.objects.filter(pk=track_id).first()
    if found is None:
        raise _refused(track_id, Action.TRAINING_EDIT)
    return found


def my_sessions(user: User) -> QuerySet[LiveSession]:
    """Live sessions that this person holds."""
    return LiveSession.objects.filter(trainer=user).select_related("lesson__track").order_by("-held_at", "pk")


def sessions_for(enrolment: Enrolment, lesson: Lesson) -> QuerySet[LiveSession]:
    """Those of a live lesson, for who takes it."""
    if lesson.kind != LessonKind.LIVE or lesson.track_id != enrolment.track_id:
        return LiveSession.objects.none()
    return LiveSession.objects.filter(lesson=lesson).select_related("trainer").order_by("-held_at", "pk")


def get_my_session(user: User, session_id: UUID) -> LiveSession:
    """One that this person holds. Raises Refused."""
    found = my_sessions(user).filter(pk=session_id).first()
    if found is None:
        raise _refused(session_id, Action.TRAINING_CONFIRM)
    return found


def get_outside(user: User, certificate_id: UUID) -> OutsideCertificate:
    """A recorded certificate of others: its person's, or an officer's to look at. Raises Refused."""
    found = (
        OutsideCertificate.objects.select_related("person", "evidence", "checked_by")
        .filter(pk=certificate_id)
        .first()
    )
    if found is None or (found.person_id != user.pk and not manages(user)):
        raise _refused(certificate_id, Action.TRAINING_FILE)
    return found


def _refused(object_id: UUID, action: Action) -> Refused:
    return Refused(ObjectType.TRAINING, object_id, action)
