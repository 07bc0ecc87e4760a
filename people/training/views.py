"""One's own training: courses, lessons, papers, certificates."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.arrears import arrears_of
from people.requests import SignedIn
from people.training import attending, taking
from people.training.access import (
    get_certificate,
    get_lesson,
    get_mine,
    get_outside,
    get_paper,
    my_enrolments,
    sessions_for,
)
from people.training.errors import NotNow
from people.training.forms import OutsideForm, chosen_on
from people.training.models import LessonKind
from people.training.outside import record_outside
from people.training.records import Attendance, Certificate, OutsideCertificate, Paper, PaperKind
from people.training.sealing import unsealed
from people.training.showing import shown
from people.training.standing import standing_of
from people.uploads import EXTENSIONS, in_memory_uploads

MOST = 100


@login_required
@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """What I take, until when; my certificates."""
    own = Certificate.objects.filter(person=request.user).select_related("track").order_by("-issued_at")
    outside = OutsideCertificate.objects.filter(person=request.user).order_by("-issued_on", "pk")
    context = {
        "enrolments": my_enrolments(request.user)[:MOST],
        "now": timezone.now(),
        "certificates": own[:MOST],
        "outside": outside[:MOST],
        "is_late": any(arrear.code == "training" for arrear in arrears_of(request.user)),
    }
    return render(request, "people/training/mine.html", context)


@login_required
@require_GET
def course(request: SignedIn, enrolment_id: UUID) -> HttpResponse:
    """One course: its lessons, and what is open now."""
    enrolment = get_mine(request.user, enrolment_id)
    papers = Paper.objects.filter(enrolment=enrolment, handed_in_at__isnull=False).order_by("-handed_in_at")
    context = {
        "enrolment": enrolment,
        "stands": standing_of(enrolment),
        "papers": papers[:MOST],
        "questions": enrolment.track.questions.filter(retired_at__isnull=True).exists(),
    }
    return render(request, "people/training/course.html", context)


@login_required
def lesson(request: SignedIn, enrolment_id: UUID, lesson_id: UUID) -> HttpResponse:
    """GET: the lesson. POST: I have read it."""
    enrolment, found = get_lesson(request.user, enrolment_id, lesson_id)
    if request.method == "POST":
        try:
            taking.finish_lesson(actor=request.user, enrolment_id=enrolment_id, lesson_id=lesson_id)
        except NotNow as problem:
            messages.warning(request, str(problem))
        return redirect("people:training_course", enrolment_id)
    record_read(
        Entry(
            action=Action.TRAINING_READ,
            object_type=ObjectType.TRAINING,
            object_id=found.pk,
            subjects=(request.user.pk,),
            deal=enrolment.deal_id,
        )
    )
    sessions = sessions_for(enrolment, found)[:20]
    said = set(
        Attendance.objects.filter(person=request.user, session__in=list(sessions)).values_list(
            "session", flat=True
        )
    )
    context = {
        "enrolment": enrolment,
        "lesson": found,
        "is_live": found.kind == LessonKind.LIVE,
        "sessions": [(one, one.pk in said, one.held_at <= timezone.now()) for one in sessions],
    }
    return render(request, "people/training/lesson.html", context)


@login_required
@require_GET
def lesson_file(request: SignedIn, enrolment_id: UUID, lesson_id: UUID) -> HttpResponse:
    _enrolment, found = get_lesson(request.user, enrolment_id, lesson_id)
    if found.file is None:
        raise Refused(ObjectType.TRAINING, lesson_id, Action.TRAINING_FILE)
    data = unsealed(found.file.pk, bytes(found.file.sealed), person=request.user.pk)
    return attachment(data, found.file.media_type, found.file.pk)


def attachment(data: bytes, media_type: str, name: UUID) -> HttpResponse:
    """To be saved, never shown inside our pages; its name is the end of an id."""
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name.hex[-8:]}.{EXTENSIONS[media_type]}"'
    return answer


@login_required
@require_POST
def attend(request: SignedIn, enrolment_id: UUID, lesson_id: UUID, session_id: UUID) -> HttpResponse:
    """I was there."""
    try:
        attending.attend(
            actor=request.user, enrolment_id=enrolment_id, lesson_id=lesson_id, session_id=session_id
        )
    except NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Noted. It counts when the trainer has said so too."))
    return redirect("people:training_lesson", enrolment_id, lesson_id)


@login_required
@require_POST
def begin(request: SignedIn, enrolment_id: UUID, kind: str) -> HttpResponse:
    """Draws my paper, or comes back to the one that is open."""
    if kind not in PaperKind.values:
        raise Refused(ObjectType.TRAINING, enrolment_id, Action.TRAINING_BEGIN)
    try:
        drawn = taking.draw(actor=request.user, enrolment_id=enrolment_id, kind=PaperKind(kind))
    except NotNow as problem:
        messages.warning(request, str(problem))
        return redirect("people:training_course", enrolment_id)
    return redirect("people:training_paper", drawn.pk)


@login_required
def paper(request: SignedIn, paper_id: UUID) -> HttpResponse:
    """GET: the questions, or the result. POST: hand it in."""
    found = get_paper(request.user, paper_id, Action.TRAINING_PAPER)
    if request.method == "POST":
        try:
            taking.hand_in(actor=request.user, paper_id=paper_id, chosen=chosen_on(found, request.POST))
        except NotNow as problem:
            messages.warning(request, str(problem))
        return redirect("people:training_paper", paper_id)
    record_read(
        Entry(
            action=Action.TRAINING_PAPER,
            object_type=ObjectType.TRAINING,
            object_id=found.pk,
            subjects=(request.user.pk,),
            deal=found.enrolment.deal_id,
        )
    )
    is_exam = found.kind == PaperKind.EXAM
    # The test before the lessons tells no answers: its questions may come again in the exam.
    context = {
        "paper": found,
        "questions": shown(found) if is_exam or found.handed_in_at is None else [],
        "is_exam": is_exam,
        "minutes": found.track.minutes,
        "certificate": Certificate.objects.filter(paper=found).first(),
    }
    return render(request, "people/training/paper.html", context)


@login_required
@require_GET
def certificate(request: SignedIn, certificate_id: UUID) -> HttpResponse:
    """A sheet to print; officers see anybody's."""
    found = get_certificate(request.user, certificate_id)
    record_read(
        Entry(
            action=Action.TRAINING_CERTIFICATE,
            object_type=ObjectType.TRAINING,
            object_id=found.pk,
            subjects=(found.person_id,),
        )
    )
    return render(request, "people/training/certificate.html", {"certificate": found})


@in_memory_uploads
@login_required
def outside_new(request: SignedIn) -> HttpResponse:
    """A certificate that somebody else gave me."""
    form = OutsideForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["evidence"].read()
        try:
            record_outside(actor=request.user, given=form.given(), evidence=data)
        except NotNow as problem:
            form.add_error("evidence", str(problem))
        else:
            messages.success(request, _("Recorded. An officer checks it against the scan."))
            return redirect("people:training")
    return render(request, "people/training/outside_new.html", {"form": form})


@login_required
@require_GET
def outside_file(request: SignedIn, certificate_id: UUID) -> HttpResponse:
    """The scan: for its person and for officers."""
    found = get_outside(request.user, certificate_id)
    data = unsealed(found.evidence.pk, bytes(found.evidence.sealed), person=found.person_id)
    return attachment(data, found.evidence.media_type, found.evidence.pk)
