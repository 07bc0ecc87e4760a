"""Training in the demo's house: courses published, certificates, one that ends soon, an exam not passed."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.demo.logins import ADMIN, AGENT, LEAD, OFFICERS, OTHER_AGENT
from people.accounts.models import User
from people.training import authoring, taking
from people.training.models import Question, Track
from people.training.records import Enrolment, Paper, PaperKind
from people.training.shipped import TEXTS, ensure_first_tracks, track_id

_SOON = timedelta(days=6)


def make_training(people: Mapping[str, User]) -> None:
    """Nothing where courses are published already."""
    ensure_first_tracks()
    if Track.objects.filter(published_at__isnull=False).exists():
        return
    officer = people[OFFICERS[0].username]
    with acting_as(Origin(actor=officer.pk)):
        for path in sorted(TEXTS.glob("*.toml")):
            authoring.publish(actor=officer, track=Track.objects.get(pk=track_id(path.stem)))
    agent, other, lead = (people[one.username] for one in (AGENT, OTHER_AGENT, LEAD))
    for person in (agent, other, lead, people[OFFICERS[1].username], people[ADMIN.username]):
        _take(person, "why", right=True)
    _take(agent, "handling", right=True)
    _take(lead, "handling", right=True)
    _take(other, "handling", right=False)
    leak = Enrolment.objects.get(person=agent, track=track_id("leak"))
    leak.due_at = timezone.now() + _SOON
    leak.save(update_fields=["due_at"])


def _take(person: User, code: str, *, right: bool) -> None:
    """The test before, the lessons, the exam: as from the pages."""
    enrolment = Enrolment.objects.get(person=person, track=track_id(code))
    with acting_as(Origin(actor=person.pk)):
        before = taking.draw(actor=person, enrolment_id=enrolment.pk, kind=PaperKind.BEFORE)
        half = dict(list(_right(before).items())[: before.total // 2])
        taking.hand_in(actor=person, paper_id=before.pk, chosen=half)
        for lesson in enrolment.track.lessons.all():
            taking.finish_lesson(actor=person, enrolment_id=enrolment.pk, lesson_id=lesson.pk)
        exam = taking.draw(actor=person, enrolment_id=enrolment.pk, kind=PaperKind.EXAM)
        answers = _right(exam) if right else dict(list(_right(exam).items())[: exam.total // 2])
        taking.hand_in(actor=person, paper_id=exam.pk, chosen=answers)


def _right(paper: Paper) -> dict[int, list[int]]:
    found = {}
    for at, drawn in enumerate(paper.questions):
        right = Question.objects.get(pk=UUID(drawn["id"])).right
        found[at] = [place for place, original in enumerate(drawn["order"]) if original in right]
    return found
