"""Proposing somebody for a post, accepting it, leaving it, being away from it."""

from contextlib import nullcontext
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.services import request_approval
from people.notices.services import holders, notify
from people.posts import vacancies
from people.posts.access import candidates, may_propose
from people.posts.codes import LIVE, Place, Post, State
from people.posts.models import AWAY_AT_MOST, Absence, Appointment
from people.roles.access import has
from people.roles.permissions import Permission
from people.staffsessions.standing import at_request

APPOINT = "post.appoint"
_WAITING = (State.PROPOSED, State.AGREED)


class NotPossible(Exception):
    """It cannot be done like that; the text says why, for the page."""


def propose(
    *,
    actor: User,
    post: Post,
    place: Place,
    person: User,
    starts_at: datetime,
    ends_at: datetime | None,
    reason: str,
) -> Appointment:
    """Asks that the person be appointed: a second one agrees, and then the person accepts. The caller has
    checked that the actor may propose; an administrator does so within a staff session.

    Raises NotPossible, Refused without that session, ValidationError for the reason.
    """
    administers = has(actor, Permission.ROLE_MANAGE)
    with at_request(actor) if administers else nullcontext(), transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        _check(actor, post, place, person)
        if ends_at is not None and ends_at <= max(starts_at, timezone.now()):
            raise NotPossible(_("The end must lie in the future, and after the start."))
        proposed = Appointment.objects.create(
            post=post, place=place, person=person, starts_at=starts_at, ends_at=ends_at, proposed_by=actor
        )
        log(proposed, Action.POST_PROPOSE)
        request_approval(actor=actor, action=APPOINT, params={"appointment": str(proposed.pk)}, reason=reason)
    return proposed


def _check(actor: User, post: Post, place: Place, person: User) -> None:
    if not may_propose(actor):
        raise NotPossible(_("Officers, deal leads and administrators propose somebody for a post."))
    if person.pk == actor.pk:
        raise NotPossible(_("Nobody proposes themselves."))
    if not candidates(post).filter(pk=person.pk).exists():
        raise NotPossible(
            _("For this post somebody needs a role that gives what it decides on, and no administration.")
        )
    live = Appointment.objects.filter(post=post, state__in=LIVE)
    if live.filter(place=place, state__in=_WAITING).exists():
        raise NotPossible(_("Somebody is proposed for this place already."))
    if live.filter(person=person).exists():
        raise NotPossible(_("This person holds the post, is its deputy, or is proposed for it."))


@transaction.atomic
def accept(
    *, actor: User, appointment: Appointment, typed_name: str, shown_name: str, contact: str
) -> Appointment:
    """The actor's own word, in writing; nobody accepts for another. Whoever held the place until then holds
    it no more.

    Raises NotPossible.
    """
    locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if locked.person_id != actor.pk or locked.state != State.AGREED:
        raise NotPossible(_("There is nothing for you to accept."))
    now = timezone.now()
    if locked.ends_at is not None and locked.ends_at <= now:
        raise NotPossible(_("Its last day is over. It has to be proposed anew."))
    if " ".join(typed_name.split()) != " ".join(actor.display_name.split()):
        raise NotPossible(_("Type your name as it stands in your account: this is your signature."))
    if not candidates(Post(locked.post)).filter(pk=actor.pk).exists():
        raise NotPossible(_("Your roles no longer give what the post decides on."))
    former = Appointment.objects.select_for_update().filter(
        post=locked.post, place=locked.place, state=State.HELD
    )
    for held in former:
        if locked.starts_at > now:
            raise NotPossible(_("The place is held until then: accept it from that day on."))
        _end(held)
    locked.state, locked.accepted_at = State.HELD, now
    locked.typed_name, locked.shown_name, locked.contact = typed_name, shown_name, contact
    locked.save(update_fields=["state", "accepted_at", "typed_name", "shown_name", "contact"])
    log(locked, Action.POST_ACCEPT)
    vacancies.look_after()
    return locked


@transaction.atomic
def decline(*, actor: User, appointment: Appointment) -> None:
    """Raises NotPossible for what is not offered to the actor."""
    locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if locked.person_id != actor.pk or locked.state != State.AGREED:
        raise NotPossible(_("There is nothing for you to decline."))
    close(locked, State.DECLINED)
    log(locked, Action.POST_DECLINE)


@transaction.atomic
def resign(*, actor: User, appointment: Appointment) -> None:
    """Whoever holds a place leaves it, at once. Nobody else ends it alone: a new appointment does, by two.
    Raises NotPossible."""
    locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if locked.person_id != actor.pk or locked.state != State.HELD:
        raise NotPossible(_("You do not hold this post."))
    vacate(locked)
    vacancies.look_after()


@transaction.atomic
def set_contact(*, actor: User, appointment: Appointment, shown_name: str, contact: str) -> None:
    """What the public page says, as its person chooses. Raises NotPossible."""
    locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if locked.person_id != actor.pk or locked.state != State.HELD:
        raise NotPossible(_("You do not hold this post."))
    locked.shown_name, locked.contact = shown_name, contact
    locked.save(update_fields=["shown_name", "contact"])
    log(locked, Action.POST_CONTACT)


@transaction.atomic
def note_absence(*, actor: User, appointment: Appointment, starts_at: datetime, ends_at: datetime) -> Absence:
    """The deputy decides meanwhile, in the holder's place. The caller's gate said who may
    (`access.held_by_absent`). Raises NotPossible."""
    if ends_at <= max(starts_at, timezone.now()):
        raise NotPossible(_("The end must lie in the future, and after the start."))
    if ends_at - starts_at > AWAY_AT_MOST:
        raise NotPossible(_("At most %(days)d days at once.") % {"days": AWAY_AT_MOST.days})
    noted = Absence.objects.create(
        appointment=appointment, starts_at=starts_at, ends_at=ends_at, noted_by=actor
    )
    log(appointment, Action.POST_AWAY)
    return noted


@transaction.atomic
def end_absences(*, actor: User, appointment: Appointment) -> None:
    """The holder is back: from the next request on the deputy decides in nobody's place. Idempotent."""
    open_ones = appointment.absences.filter(ended_at__isnull=True, ends_at__gt=timezone.now())
    if open_ones.update(ended_at=timezone.now()):
        log(appointment, Action.POST_BACK)


def close(appointment: Appointment, state: State) -> None:
    """Brings a live one to its end. The caller logs."""
    appointment.state, appointment.over_at = state, timezone.now()
    appointment.save(update_fields=["state", "over_at"])


def log(appointment: Appointment, action: Action) -> None:
    """An entry about it, naming its person and which post."""
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.POST,
            object_id=appointment.pk,
            subjects=(appointment.person_id,),
            fields=(f"post.{appointment.post}", f"post.{appointment.place}"),
        )
    )


def vacate(appointment: Appointment) -> None:
    """Its person is in this place no more, and nobody else is yet. That nobody holds the post is for
    `vacancies.look_after` to tell; of a deputy's place it is told here. In the caller's transaction."""
    was_held = appointment.state == State.HELD
    _end(appointment)
    if was_held and appointment.place == Place.DEPUTY:
        told = holders(vacancies.NO_DEPUTY, but=[appointment.person_id])
        notify(vacancies.NO_DEPUTY, told, object_id=appointment.pk, key=str(appointment.pk))


def leave_all(person: User) -> bool:
    """Every place of whoever's account is about to be closed; whether there was any: then
    `vacancies.look_after` once it is closed, so that nobody who left is told.

    In the transaction that closes it, and before: what the account still holds as it closes, a trigger ends
    without an entry. The person is locked first, as by whoever closes an account or proposes somebody.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    found = list(Appointment.objects.select_for_update().filter(person=person, state__in=LIVE).order_by("pk"))
    for appointment in found:
        vacate(appointment)
    return bool(found)


def _end(appointment: Appointment) -> None:
    close(appointment, State.ENDED)
    log(appointment, Action.POST_END)
