"""What somebody who joins has to have done before their job opens anything, read from what is so.

Nobody ticks anything: each line asks the slice whose matter it is.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.duties.access import opening_signatures
from people.factors.access import has_factor
from people.policies.access import asked_of
from people.staffing.models import StaffChange
from people.training.enrolling import running_tracks
from people.training.models import Track
from people.training.records import Certificate


@dataclass(frozen=True, slots=True)
class Step:
    """`code` stands among the facts that an officer agrees to; `url` is where it is done."""

    code: str
    label: str | Promise
    done: bool
    url: str


def checklist(change: StaffChange) -> list[Step]:
    """As it stands now."""
    person = change.person
    steps = [
        Step("password", _("Choose a password"), person.has_usable_password(), reverse("people:me")),
        Step("factor", _("Set up a second factor"), has_factor(person), reverse("people:factors")),
        Step(
            "undertaking",
            _("Sign the undertaking of the house"),
            opening_signatures([], staff=[person.pk]).exists(),
            reverse("people:nda_house"),
        ),
        Step("policies", _("Accept the policies"), _has_accepted(person), reverse("people:policies_mine")),
    ]
    return steps + [
        Step(
            f"course-{track.pk}",
            _("Pass the course “%(course)s”") % {"course": track.title},
            _has_passed(person, track),
            reverse("people:training"),
        )
        for track in courses_of(change)
    ]


def is_complete(change: StaffChange) -> bool:
    return all(step.done for step in checklist(change))


def courses_of(change: StaffChange) -> QuerySet[Track]:
    """What the roles of the job ask for, though nobody holds them yet."""
    return running_tracks().filter(audience__role__in=change.roles).distinct().order_by("pk")


def _has_accepted(person: User) -> bool:
    return not asked_of(person).filter(accepted_at__isnull=True).exists()


def _has_passed(person: User, track: Track) -> bool:
    passed = Certificate.objects.filter(person=person, track=track, expires_at__gt=timezone.now())
    return passed.exists()
