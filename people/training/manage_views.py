"""Officers write and publish courses: lessons, questions, dates of live sessions."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from people.training import attending, authoring, enrolling
from people.training.access import get_track
from people.training.errors import NotNow
from people.training.forms import (
    AnewForm,
    AssignForm,
    LessonForm,
    QuestionForm,
    SessionForm,
    TrackForm,
)
from people.training.models import Lesson, LessonKind, Question, Track
from people.uploads import in_memory_uploads

MOST = 200
OFFICER = Permission.DUTY_MANAGE


@requires(OFFICER)
@require_GET
def tracks(request: SignedIn) -> HttpResponse:
    live = Q(questions__retired_at__isnull=True)
    rows = Track.objects.annotate(bank=Count("questions", filter=live)).order_by("made_at", "pk")
    return render(request, "people/training/tracks.html", {"tracks": rows[:MOST]})


@requires(OFFICER)
def track_new(request: SignedIn) -> HttpResponse:
    form = TrackForm(request.POST or None, instance=Track(made_by=request.user))
    return _save_track(request, form, "people/training/track_new.html", {})


@requires(OFFICER)
def track(request: SignedIn, track_id: UUID) -> HttpResponse:
    """GET: the course with its bank. POST: its rules changed."""
    found = get_track(track_id)
    form = TrackForm(request.POST or None, instance=found)
    lessons = Lesson.objects.filter(track=found.pk, retired_at__isnull=True).order_by("position", "pk")
    bank = Question.objects.filter(track=found.pk, retired_at__isnull=True).order_by("added_at", "pk")
    context = {
        "track": found,
        "lessons": lessons[:MOST],
        "questions": bank[:MOST],
        "anew": AnewForm(),
        "assign": AssignForm(),
    }
    return _save_track(request, form, "people/training/track.html", context)


def _save_track(request: SignedIn, form: TrackForm, page: str, context: dict[str, object]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = authoring.save_track(
            actor=request.user, track=form.save(commit=False), roles=form.cleaned_data["roles"]
        )
        messages.success(request, _("Kept. Papers that are out keep their rules."))
        return redirect("people:training_track", saved.pk)
    return render(request, page, context | {"form": form})


@requires(OFFICER)
@require_POST
def publish(request: SignedIn, track_id: UUID) -> HttpResponse:
    found = get_track(track_id)
    try:
        authoring.publish(actor=request.user, track=found)
    except NotNow as problem:
        messages.warning(request, str(problem))
    return redirect("people:training_track", track_id)


@requires(OFFICER)
@require_POST
def retire(request: SignedIn, track_id: UUID) -> HttpResponse:
    found = get_track(track_id)
    try:
        authoring.retire_track(actor=request.user, track=found)
    except NotNow as problem:
        messages.warning(request, str(problem))
    return redirect("people:training_track", track_id)


@requires(OFFICER)
@require_POST
def anew(request: SignedIn, track_id: UUID) -> HttpResponse:
    """The law changed: everybody afresh."""
    found, form = get_track(track_id), AnewForm(request.POST)
    try:
        if not form.is_valid():
            raise NotNow(_("Between 1 and 60 days."))
        count = enrolling.ask_anew(actor=request.user, track=found, days=form.cleaned_data["days"])
    except NotNow as problem:
        messages.warning(request, str(problem))
    else:
        words = ngettext("Asked anew of %(n)d person.", "Asked anew of %(n)d people.", count)
        messages.success(request, words % {"n": count})
    return redirect("people:training_track", track_id)


@requires(OFFICER)
@require_POST
def assign(request: SignedIn, track_id: UUID) -> HttpResponse:
    """Of one colleague by name."""
    found, form = get_track(track_id), AssignForm(request.POST)
    try:
        if not form.is_valid():
            raise NotNow(_("Choose a colleague, and between 1 and 60 days."))
        typed = form.cleaned_data
        enrolling.assign(actor=request.user, person=typed["person"], track=found, days=typed["days"])
    except NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Asked. They see it in their day."))
    return redirect("people:training_track", track_id)


@in_memory_uploads
@requires(OFFICER)
def lesson_new(request: SignedIn, track_id: UUID) -> HttpResponse:
    found = get_track(track_id)
    form = LessonForm(request.POST or None, request.FILES or None, instance=Lesson(track=found))
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["upload"]
        try:
            authoring.add_lesson(
                actor=request.user,
                lesson=form.save(commit=False),
                upload=upload.read() if upload else None,
            )
        except NotNow as problem:
            form.add_error("upload", str(problem))
        else:
            return redirect("people:training_track", track_id)
    return render(request, "people/training/lesson_new.html", {"form": form, "track": found})


@requires(OFFICER)
@require_POST
def lesson_retire(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    found = Lesson.objects.select_related("track").filter(pk=lesson_id, retired_at__isnull=True).first()
    if found is None:
        raise Refused(ObjectType.TRAINING, lesson_id, Action.TRAINING_EDIT)
    try:
        authoring.retire_lesson(actor=request.user, lesson=found)
    except NotNow as problem:
        messages.warning(request, str(problem))
    return redirect("people:training_track", found.track_id)


@requires(OFFICER)
def question_new(request: SignedIn, track_id: UUID) -> HttpResponse:
    found = get_track(track_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            authoring.add_question(actor=request.user, track=found, new=form.question())
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("people:training_track", track_id)
    return render(request, "people/training/question_new.html", {"form": form, "track": found})


@requires(OFFICER)
@require_POST
def question_retire(request: SignedIn, question_id: UUID) -> HttpResponse:
    found = Question.objects.select_related("track").filter(pk=question_id, retired_at__isnull=True).first()
    if found is None:
        raise Refused(ObjectType.TRAINING, question_id, Action.TRAINING_EDIT)
    try:
        authoring.retire_question(actor=request.user, question=found)
    except NotNow as problem:
        messages.warning(request, str(problem))
    return redirect("people:training_track", found.track_id)


@requires(OFFICER)
def session_new(request: SignedIn, lesson_id: UUID) -> HttpResponse:
    """A date for a live lesson."""
    live = Lesson.objects.select_related("track").filter(kind=LessonKind.LIVE, retired_at__isnull=True)
    found = live.filter(pk=lesson_id).first()
    if found is None:
        raise Refused(ObjectType.TRAINING, lesson_id, Action.TRAINING_SESSION)
    form = SessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            attending.hold(actor=request.user, lesson=found, **form.cleaned_data)
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Announced to everybody who takes the course."))
            return redirect("people:training_track", found.track_id)
    return render(request, "people/training/session_new.html", {"form": form, "lesson": found})
