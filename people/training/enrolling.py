"""Who takes which track until when: from the roles they hold, or because somebody asked it of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from people.accounts.models import Kind, User
from people.roles.access import grants_in_force
from people.roles.models import RoleGrant
from people.training.entries import log
from people.training.errors import NotNow
from people.training.models import Track
from people.training.records import REFRESH_FROM, Certificate, Enrolment

TOLD = timedelta(days=14)  # before the day, in Today


def running_tracks() -> QuerySet[Track]:
    return Track.objects.filter(published_at__isnull=False, retired_at__isnull=True)


def late() -> "QuerySet[Enrolment, Any]":
    """For `people.arrears`: who is late with what the house asks. What is asked for one deal shuts only that:
    `owing_for_a_deal`."""
    return _overdue().filter(deal_id__isnull=True).order_by().values("person_id")


def owing_for_a_deal() -> Exists:
    """For rows with `person_id` and `deal_id`: whether the person owes a lesson asked for that very deal."""
    owed = _overdue().filter(person_id=OuterRef("person_id"), deal_id=OuterRef("deal_id"))
    return Exists(owed)


def owes_for(person: User, deal_id: UUID) -> bool:
    """Whether the person owes a lesson asked for that very deal."""
    return _overdue().filter(person_id=person.pk, deal_id=deal_id).exists()


def _overdue() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(ended_at__isnull=True, due_at__lte=Now(), track__retired_at__isnull=True)


@transaction.atomic
def reconcile(tracks: Iterable[Track] | None = None) -> int:
    """Enrols whoever holds a role that a track is for, ends what no role calls for; how many changed.

    Run each hour and by whatever changes a track. It counts from the role's first day, not from the run, so
    that a run that failed makes nobody's deadline later. Safe to run twice and at the same time.
    """
    changed = 0
    rows = running_tracks() if tracks is None else running_tracks().filter(pk__in=[one.pk for one in tracks])
    for track in rows.select_for_update(of=("self",)).order_by("pk"):
        changed += _enrol(track) + _end(track)
    return changed


def _called(track: Track) -> QuerySet[RoleGrant]:
    return grants_in_force().filter(role__in=track.audience.values("role"))


def _enrol(track: Track) -> int:
    taking = Enrolment.objects.filter(track=track, deal_id__isnull=True, ended_at__isnull=True)
    since: dict[UUID, datetime] = {}
    missing = _called(track).exclude(user__in=taking.values("person"))
    for person, at in missing.order_by("-created_at").values_list("user", "created_at"):
        since[person] = at  # the first role's day is written last
    certified = dict(
        Certificate.objects.filter(track=track, person__in=since)
        .order_by("expires_at")
        .values_list("person", "expires_at")
    )
    assert track.published_at is not None
    for person, at in since.items():
        first = max(at, track.published_at) + timedelta(days=track.join_days)
        _make(track, person, certified.get(person, first))
    return len(since)


def _end(track: Track) -> int:
    gone = Enrolment.objects.filter(track=track, given_by__isnull=True, ended_at__isnull=True).exclude(
        person__in=_called(track).values("user")
    )
    ended = list(gone)
    for enrolment in ended:
        enrolment.ended_at = timezone.now()
        enrolment.save(update_fields=["ended_at"])
        log(Action.TRAINING_END, enrolment.pk, enrolment.person_id)
    return len(ended)


def _make(
    track: Track, person_id: UUID, due_at: datetime, *, deal: UUID | None = None, by: User | None = None
) -> Enrolment:
    made = Enrolment.objects.create(
        track=track, person_id=person_id, due_at=due_at, deal_id=deal, given_by=by
    )
    log(Action.TRAINING_DUE, made.pk, person_id, deal=deal)
    return made


@transaction.atomic
def assign(*, actor: User, person: User, track: Track, days: int, deal: UUID | None = None) -> Enrolment:
    """Asks the track of this person by name, or asks it anew: to be passed within `days` (0: at once).

    The caller has checked that the actor may: an officer, the deciders of a conduct case, or the deal's lead
    for an outside person of that deal. Raises NotNow.
    """
    if not track.is_running or (deal is not None and not track.for_guests):
        raise NotNow(_("This course is not running."))
    if person.pk == actor.pk or not person.is_active:
        raise NotNow(_("Nobody asks a course of themselves or of a closed account."))
    if (deal is None) != (person.kind == Kind.STAFF):
        raise NotNow(_("Outside people are asked a course for a deal, colleagues for the house."))
    User.objects.select_for_update().get(pk=person.pk)
    due_at = timezone.now() + timedelta(days=days)
    found = Enrolment.objects.filter(track=track, person=person, deal_id=deal, ended_at__isnull=True).first()
    if found is None:
        return _make(track, person.pk, due_at, deal=deal, by=actor)
    _ask_anew(found, due_at)
    if found.given_by_id is None:
        found.given_by = actor
        found.save(update_fields=["given_by"])
    return found


@transaction.atomic
def ask_anew(*, actor: User, track: Track, days: int) -> int:
    """The law or a rule changed: everybody who takes the track reads and passes it afresh within `days`; how
    many. The caller has checked that the actor may. Raises NotNow."""
    if not track.is_running:
        raise NotNow(_("This course is not running."))
    if not 1 <= days <= REFRESH_FROM.days:
        raise NotNow(_("Between 1 and 60 days."))
    due_at = timezone.now() + timedelta(days=days)
    asked = Enrolment.objects.select_for_update().filter(track=track, ended_at__isnull=True)
    people = list(asked.filter(Q(deal_id__isnull=True)).order_by("pk"))
    for enrolment in people:
        _ask_anew(enrolment, due_at)
    log(Action.TRAINING_ANEW, track.pk)
    return len(people)


def _ask_anew(enrolment: Enrolment, due_at: datetime) -> None:
    """Never later than it was due already."""
    if (
        enrolment.due_at <= due_at
        and not Certificate.objects.filter(
            paper__enrolment=enrolment, paper__round=enrolment.round - 1
        ).exists()
    ):
        return  # the round that runs is not passed yet and is due sooner
    enrolment.round += 1
    enrolment.due_at = min(enrolment.due_at, due_at)
    enrolment.save(update_fields=["round", "due_at"])
    log(Action.TRAINING_DUE, enrolment.pk, enrolment.person_id, deal=enrolment.deal_id)
