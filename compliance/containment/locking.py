"""The act: a person, a room, a deal or a book is shut to everybody, at once.

One transaction holds the lock, its entry, the case, and the freeze of the keys; if any of them cannot be
written, nothing is locked and the page says so. The keyring wants the entries of a freeze committed before
it; left over without their freeze, they say that one was tried.
"""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_read
from compliance.containment.access import Target, target_for
from compliance.containment.cases import Case, case_of
from compliance.notices import tell_lock
from deals.previews.models import Over as PreviewOver
from deals.previews.models import RoomPreview
from deals.previews.services import end as end_preview
from people.accounts.models import User
from people.approvals.reasons import clean_reason
from people.locks.codes import Kind, LockReason
from people.locks.ending import end_all, links_of_deal
from people.locks.models import Lock
from people.locks.standing import held_compartments, in_force
from people.posts import vacancies
from people.posts.services import leave_all
from people.roles.access import forget, has
from people.roles.permissions import Permission
from people.roles.services import NotGrantable, check_not_last_officer
from people.shielding import Act, why_waits
from people.staffsessions.standing import at_request
from vault.disclosures.ends import end_export
from vault.disclosures.models import Export, ExportState
from vault.keys.freezing import freeze, frozen_among
from vault.records.errors import NotPossible


def set_lock(
    *,
    actor: User,
    kind: Kind,
    object_id: UUID,
    reason: LockReason,
    words: str,
    discovered_at: datetime,
    case: Case | None = None,
) -> Lock:
    """Locks it for everybody from the next request, and the next piece of a running answer, on.

    Raises:
        Refused: not theirs to lock, or an administrator outside a staff session.
        NotPossible: oneself, the last officer, what is locked already, a discovery in the future; an
            administrator's act against somebody shielded.
        ValidationError: the words hold somebody's data, or are missing.
        LogUnavailable: nothing was locked.
    """
    target = target_for(actor, kind, object_id)
    said = clean_reason(words)
    if discovered_at > timezone.now():
        raise NotPossible(_("Nothing was discovered in the future."))
    with _at_request(actor):
        if why := _shielded(actor, target):
            raise NotPossible(why)
        with transaction.atomic():
            held_posts = target.person is not None and leave_all(target.person)
            lock = _enter(actor, target, reason, said, discovered_at)
            case_of(actor=actor, lock=lock, case=case or Case())
            _end_what_runs(actor, target)
            if held_posts:
                vacancies.look_after()
            tell_lock(lock)
            _freeze(target)
    return lock


def _at_request(actor: User) -> AbstractContextManager[None]:
    """An administrator's act names at whose request it is; of others it is their own."""
    return nullcontext() if _of_their_own(actor) else at_request(actor)


def _of_their_own(actor: User) -> bool:
    return not has(actor, Permission.PEOPLE_MANAGE) or has(actor, Permission.INCIDENT_MANAGE)


@transaction.atomic
def _shielded(actor: User, target: Target) -> str | None:
    """Why an administrator's act waits for another's word. An officer's does not: it cannot wait, is told to
    every other officer, and ends by two."""
    if target.person is None or _of_their_own(actor):
        return None
    return why_waits(actor=actor, person_id=target.person.pk, act=Act.PERSON_DISABLE, params={})


def _enter(actor: User, target: Target, reason: LockReason, words: str, discovered_at: datetime) -> Lock:
    if target.person is not None:
        _check_person(actor, target.person)
    if in_force().filter(kind=target.kind, object_id=target.object_id).exists():
        raise NotPossible(_("It is locked already."))
    lock = Lock.objects.create(
        kind=target.kind,
        object_id=target.object_id,
        person=target.person,
        deal_id=target.deal.pk if target.deal else None,
        compartments=list(target.compartments),
        already=_frozen_otherwise(target.compartments),
        reason=reason,
        note=words,
        discovered_at=discovered_at,
        locked_by=actor,
    )
    record_change(
        Entry(
            action=Action.LOCK_SET,
            object_type=target.object_type,
            object_id=target.object_id,
            subjects=(target.object_id,),
            deal=target.deal.pk if target.deal else None,
            reason=reason.value,
        )
    )
    return lock


def _check_person(actor: User, person: User) -> None:
    """The database refuses these too (lock_not_of_oneself, lock_leaves_two)."""
    User.objects.select_for_update().get(pk=person.pk)  # two locks of one person queue, and a sign-in
    if person.pk == actor.pk:
        raise NotPossible(_("Nobody locks themselves: ask a compliance officer."))
    try:
        check_not_last_officer(person)
    except NotGrantable:
        raise NotPossible(_("The last compliance officer is not locked: nobody could end it.")) from None


def _frozen_otherwise(compartments: tuple[UUID, ...]) -> list[UUID]:
    """Those that somebody froze without a lock, which the end of this lock leaves frozen."""
    frozen = set(frozen_among(compartments))
    locked = held_compartments(compartments)
    before = in_force().filter(already__overlap=list(compartments)).values_list("already", flat=True)
    apart = {one for row in before for one in row}
    return sorted(one for one in frozen if one not in locked or one in apart)


def _end_what_runs(actor: User, target: Target) -> None:
    """For good: nothing of it comes back when the lock is ended."""
    if target.person is not None:
        end_all(actor=actor, person=target.person)
        forget(target.person)
        end_what_they_see(actor, target.person)
    if target.deal is not None:
        links_of_deal(target.deal.pk).update(cancelled_at=timezone.now())
        for preview in previews_of(target):
            end_preview(preview=preview, over=PreviewOver.FROZEN)


def end_what_they_see(actor: User, person: User) -> None:
    """Previews and exports of a person: also when they leave the house or change jobs (people.staffing)."""
    for preview in RoomPreview.objects.filter(ended_at__isnull=True, viewer=person):
        end_preview(preview=preview, over=PreviewOver.SESSION)
    for export in exports_of(person).select_for_update():
        ready = export.state == ExportState.READY
        end_export(export, ExportState.ENDED if ready else ExportState.FAILED)


def previews_of(target: Target) -> list[RoomPreview]:
    """Previews that somebody has open: the person's, or of the room."""
    running = RoomPreview.objects.filter(ended_at__isnull=True)
    if target.person is not None:
        return list(running.filter(viewer=target.person))
    return list(running.filter(room__deal=target.deal)) if target.deal else []


def exports_of(person: User) -> QuerySet[Export]:
    """The person's exports that could still be fetched or are being made."""
    return Export.objects.filter(requester=person, state__in=[ExportState.APPROVED, ExportState.READY])


def _freeze(target: Target) -> None:
    """Last: the keyring's own lock is held until the transaction ends."""
    for compartment in target.compartments:
        entry = Entry(
            action=Action.KEYS_LOCK,
            object_type=ObjectType.COMPARTMENT,
            object_id=compartment,
            subjects=(compartment,),
            deal=target.deal.pk if target.deal else None,
        )
        freeze(record_read(entry), compartment)
