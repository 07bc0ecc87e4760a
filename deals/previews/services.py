"""Beginning and ending previews. Each change and its entry, which names both people, are one transaction."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.origin import on_behalf_of
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.pipeline.endings import ended_deals
from deals.previews.access import get_led_room, people_in
from deals.previews.models import LASTS, Over, RoomPreview
from deals.previews.standing import over_now
from people.accounts.models import User
from vault.keys.freezing import frozen_among


@transaction.atomic
def begin(*, actor: User, deal_id: UUID, person_id: UUID, session: UUID) -> RoomPreview:
    """The lead looks at the deal's room as this person of it, for LASTS.

    Raises Refused for everybody but the lead, and for anybody who is not an outside person in the room;
    NotPossible in a deal that is over or frozen.
    """
    room = get_led_room(actor, deal_id, Action.ROOM_PREVIEW_START)
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two clicks queue
    person = people_in(room).filter(pk=person_id).exclude(pk=actor.pk).first()
    if person is None:
        raise Refused(ObjectType.PERSON, person_id, Action.ROOM_PREVIEW_START, deal=deal_id)
    if ended_deals([deal_id]) or frozen_among([room.pk]):
        raise NotPossible(_("The data room of a deal that is closed or frozen is not previewed."))
    for left in RoomPreview.objects.filter(session=session, ended_at__isnull=True):
        end(preview=left, over=Over.ENDED)
    now = timezone.now()
    preview: RoomPreview = RoomPreview.objects.create(
        room=room, viewer=actor, person=person, session=session, begun_at=now, ends_at=now + LASTS
    )
    with on_behalf_of(person.pk):
        _log(preview, Action.ROOM_PREVIEW_START)
    return preview


@transaction.atomic
def end(*, preview: RoomPreview, over: Over) -> None:
    """Ends the preview, if it has not ended. The entry names whoever acts and the person shown."""
    locked = RoomPreview.objects.select_for_update(of=("self",)).select_related("room").get(pk=preview.pk)
    if locked.ended_at is None:
        locked.ended_at, locked.over = timezone.now(), over
        locked.save(update_fields=["ended_at", "over"])
        with on_behalf_of(locked.person_id):
            _log(locked, Action.ROOM_PREVIEW_END, over)


def end_all_over() -> int:
    """Ends what is over though no request has come to notice; returns how many. Safe to run twice.

    The house's own account acts; its entries name the person shown, as those of a request do.
    """
    ended = 0
    open_ones = RoomPreview.objects.filter(ended_at__isnull=True)
    for preview in open_ones.select_related("room__deal", "viewer", "person"):
        over = over_now(preview, None)
        if over is not None:
            end(preview=preview, over=over)
            ended += 1
    return ended


def _log(preview: RoomPreview, action: Action, over: Over | None = None) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.ROOM,
            object_id=preview.room_id,
            subjects=(preview.person_id,),
            deal=preview.room.deal_id,
            reason=str(over or ""),
        )
    )
