"""Setting follow-ups, calling, noting the call, putting off and handing over."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_refusal
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.formats import text
from vault.purposes.catalogue import Reason
from vault.purposes.lawfulness import require_known_purpose
from vault.records.access import which_books
from vault.records.dialling import dialled
from vault.records.errors import NotPossible
from vault.records.labels import Field, Group
from vault.records.models import BookMember, Client, Level
from vault.records.reading import revealed
from vault.relations.communications.models import TEXT, Communication
from vault.relations.communications.services import LIMIT, Contact, add_contact
from vault.relations.followups.access import get_movable, get_own, own_followups
from vault.relations.followups.models import NOTE, FollowUp, FollowUpState, Repeat
from vault.relations.rows import new_row, record_row, writing

NOTE_LIMIT = 500  # characters
# Numbers that one person may have shown without having noted the calls: whoever calls notes; whoever reads
# numbers off the list stops here.
UNNOTED = 3
CALLS_UNNOTED = "calls_unnoted"  # the reason of that refusal in the log
FARTHEST = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done. `purpose` "" is the client's own."""

    due_at: datetime
    reason: str = Reason.CALL
    purpose: str = ""
    repeat: int = Repeat.NEVER
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Called:
    """A number shown for one call, with the note that the follow-up carries."""

    followup: FollowUp
    phone: str = field(repr=False)
    note: str = field(repr=False)

    @property
    def dialled(self) -> SafeString:
        """The number as people here dial it."""
        return dialled(self.phone)


def set_followup(*, actor: User, client_id: UUID, task: Task, assigned: User | None = None) -> FollowUp:
    """Set a follow-up for oneself, or for somebody else who works in the book.

    Raises:
        Refused: no such client for this person, or it is kept for storage only.
        NotLawful: the book's holding does not know the purpose; logged and alerted.
        NotPossible: the date lies too far away, or the person does not work in the book.
        FormatError: the note is too long or holds control characters.
    """
    note = text.normalise(task.note, limit=NOTE_LIMIT, lines=True).value if task.note else ""
    with writing(
        actor=actor, client_id=client_id, action=Action.FOLLOWUP_CREATE, groups=(NOTE,) if note else ()
    ) as client:
        return _set(client, actor, assigned or actor, task, note)


def _set(client: Client, actor: User, assigned: User, task: Task, note: str) -> FollowUp:
    purpose = require_known_purpose(
        actor=actor, book=client.book, purpose=task.purpose or client.purpose, clients=[client.pk]
    )
    _check_due(task.due_at)
    if assigned.pk != actor.pk:
        _check_works_there(client, assigned)
    row: FollowUp = new_row(
        FollowUp,
        client,
        actor,
        assigned=assigned,
        due_at=task.due_at,
        purpose=purpose.value,
        reason=task.reason,
        repeat=task.repeat,
        note=note,
    )
    record_row(
        Action.FOLLOWUP_CREATE,
        ObjectType.FOLLOW_UP,
        row,
        purpose=row.purpose,
        reason=row.reason,
        more=(assigned.pk,) if assigned.pk != actor.pk else (),
    )
    return row


def call(*, actor: User, followup_id: UUID, confirmed: bool = False) -> Called:
    """Show the number for this call: a reveal of the phone alone, with the follow-up's purpose and reason.

    That it was shown stays on the follow-up until the call is noted. If the reveal is refused, nothing of
    this happened but the refusal's entry.

    Args:
        confirmed: whether the person has just confirmed who they are (people.stepup).

    Raises:
        NotPossible: UNNOTED calls wait for their note, or there is no number.
        Refused, NotLawful, RevealRefused: as `vault.records.reading.revealed`.
    """
    followup = get_own(actor, followup_id, Action.FOLLOWUP_CALL, Permission.CLIENT_REVEAL)
    shown_before = followup.shown_at
    _mark_shown(actor, followup)
    fields = [Group.CONTACT.value, Field.PHONE.value]
    if followup.words is not None:
        fields.append(NOTE)
    phone = ""
    try:
        with revealed(
            actor=actor,
            client_id=followup.client_id,
            group=Group.CONTACT,
            opened={Group.CONTACT.value, NOTE},
            fields=fields,
            purpose=followup.purpose,
            reason=Reason(followup.reason),
            confirmed=confirmed,
        ) as client:
            phone, note = client.phone, followup.note
    finally:
        if not phone:  # nothing was shown, so no call is owed
            FollowUp.objects.filter(pk=followup.pk).update(shown_at=shown_before)
    if not phone:
        raise NotPossible(_("No phone number is recorded for this client."))
    followup.refresh_from_db(fields=["shown_at"])
    return Called(followup, phone, note)


@transaction.atomic
def _mark_shown(actor: User, followup: FollowUp) -> None:
    """Before the number is opened, so that no failure in between shows one that is not owed a note."""
    # Two windows of one person must not both find room for the last number.
    User.objects.select_for_update(no_key=True).filter(pk=actor.pk).values_list("pk").first()
    waiting = own_followups(actor).filter(shown_at__isnull=False).exclude(pk=followup.pk)
    if waiting.count() >= UNNOTED:
        record_refusal(
            Entry(
                action=Action.FOLLOWUP_CALL,
                object_type=ObjectType.FOLLOW_UP,
                object_id=followup.pk,
                subjects=(followup.client_id,),
                reason=CALLS_UNNOTED,
            )
        )
        raise NotPossible(
            _("Three numbers were shown and the calls are not noted yet. Note one of them first.")
        )
    FollowUp.objects.filter(pk=followup.pk).update(shown_at=timezone.now())
    record_row(
        Action.FOLLOWUP_CALL,
        ObjectType.FOLLOW_UP,
        followup,
        purpose=followup.purpose,
        reason=followup.reason,
        said=(),
    )


def note_call(
    *, actor: User, followup_id: UUID, contact: Contact, next_at: datetime | None = None
) -> Communication:
    """Note the contact: a row of the communication log, and the follow-up is done, or due again at `next_at`.

    A repeating follow-up without `next_at` comes again after its gap. Raises as `record_communication`.
    """
    followup = get_own(actor, followup_id, Action.FOLLOWUP_NOTE, Permission.CLIENT_EDIT)
    if next_at is None and followup.repeat:
        next_at = timezone.now() + Repeat(followup.repeat).gap
    words = text.normalise(contact.text, limit=LIMIT, lines=True).value if contact.text else ""
    # The next one carries the same note: it is opened to be sealed again for its own row.
    carried = (NOTE,) if next_at is not None and followup.words is not None else ()
    with writing(
        actor=actor,
        client_id=followup.client_id,
        action=Action.FOLLOWUP_NOTE,
        groups=(*((TEXT,) if words else ()), *carried),
    ) as client:
        followup = get_own(actor, followup_id, Action.FOLLOWUP_NOTE, Permission.CLIENT_EDIT)
        said = add_contact(client, actor, contact, words, followup_id=followup.pk)
        note = followup.note if carried else ""
        _end(followup, FollowUpState.DONE)
        record_row(Action.FOLLOWUP_NOTE, ObjectType.FOLLOW_UP, followup, fields=(contact.outcome,))
        if next_at is not None:
            task = Task(
                due_at=next_at, reason=followup.reason, purpose=followup.purpose, repeat=followup.repeat
            )
            _set(client, actor, actor, task, note)
    return said


def snooze(*, actor: User, followup_id: UUID, due_at: datetime) -> FollowUp:
    """Put the follow-up off. Raises Refused; NotPossible when the date lies too far away."""
    followup = get_own(actor, followup_id, Action.FOLLOWUP_SNOOZE, Permission.CLIENT_EDIT)
    _check_due(due_at)
    return _changed(followup, actor, Action.FOLLOWUP_SNOOZE, due_at=due_at)


def drop(*, actor: User, followup_id: UUID) -> FollowUp:
    """Give the follow-up up. One whose number was shown is noted instead. Raises Refused, NotPossible."""
    followup = get_own(actor, followup_id, Action.FOLLOWUP_DROP, Permission.CLIENT_EDIT)
    if followup.shown_at is not None:
        raise NotPossible(_("The number was shown. Note the call instead."))
    return _changed(
        followup, actor, Action.FOLLOWUP_DROP, state=FollowUpState.DROPPED, ended_at=timezone.now()
    )


def hand_over(*, actor: User, followup_id: UUID, to: User) -> FollowUp:
    """Give the follow-up to somebody who works in the book; whoever manages the book may give anybody's.

    Raises Refused; NotPossible when that person does not work there, or its call waits for a note.
    """
    followup = get_movable(actor, followup_id, Action.FOLLOWUP_HAND_OVER)
    _check_works_there(followup.client, to)
    if followup.shown_at is not None and followup.assigned_id == actor.pk:
        raise NotPossible(_("The number was shown. Note the call instead."))
    return _changed(followup, actor, Action.FOLLOWUP_HAND_OVER, assigned=to, shown_at=None)


def colleagues(followup: FollowUp) -> list[BookMember]:
    """Who else works in the client's book."""
    members = BookMember.objects.filter(
        book_id=followup.client.book_id, level__gte=Level.WORK, user__is_active=True
    )
    return list(
        members.exclude(user=followup.assigned_id).select_related("user").order_by("user__display_name")
    )


def _changed(followup: FollowUp, actor: User, action: Action, **values: object) -> FollowUp:
    """Change the row behind the lock of its client, which is asked for again there."""
    to = values.get("assigned")
    with writing(actor=actor, client_id=followup.client_id, action=action):
        open_still = FollowUp.objects.filter(pk=followup.pk, state=FollowUpState.OPEN)
        if not open_still.update(**values):
            raise NotPossible(_("This follow-up is settled already. Nothing was changed."))
        followup.load_anew()
        record_row(action, ObjectType.FOLLOW_UP, followup, more=(to.pk,) if isinstance(to, User) else ())
    return followup


def _end(followup: FollowUp, state: FollowUpState) -> None:
    followup.state, followup.ended_at, followup.shown_at = state, timezone.now(), None
    followup.save(update_fields=["state", "ended_at", "shown_at"])


def _check_due(due_at: datetime) -> None:
    if due_at > timezone.now() + FARTHEST:
        raise NotPossible(_("A follow-up lies at most three years ahead."))
    if due_at < timezone.now() - timedelta(days=1):
        raise NotPossible(_("This date has passed."))


def _check_works_there(client: Client, person: User) -> None:
    works = BookMember.objects.filter(book_id=client.book_id, user=person, level__gte=Level.WORK).exists()
    if not works or not which_books(person, Permission.CLIENT_EDIT).filter(pk=client.book_id).exists():
        raise NotPossible(_("This person does not work in the client's book."))
