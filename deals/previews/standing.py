"""Whether a preview still stands: a pure rule, and what it is asked about, read anew on each request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from deals.pipeline.access import leads
from deals.pipeline.endings import ended_deals
from deals.previews.models import Over, RoomPreview
from deals.rooms.access import has_way_in
from deals.rooms.admission import lets_in
from vault.keys.freezing import frozen_among


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides whether a preview goes on."""

    now: datetime
    ends_at: datetime
    same_session: bool
    viewer_leads: bool
    person_is_in: bool
    closed: bool
    frozen: bool


def why_over(standing: Standing) -> Over | None:
    """The first reason why a preview that has not ended is over; None while it stands."""
    reasons = (
        (not standing.same_session, Over.SESSION),
        (standing.now >= standing.ends_at, Over.TIME),
        (not standing.viewer_leads, Over.VIEWER),
        (not standing.person_is_in, Over.PERSON),
        (standing.closed, Over.CLOSED),
        (standing.frozen, Over.FROZEN),
    )
    return next((over for holds, over in reasons if holds), None)


def over_now(preview: RoomPreview, session: UUID | None) -> Over | None:
    """Why the preview is over. `preview` was read with its people for this request, so that nothing of them
    is older. Where no session asks (the clock does), None stands for the preview's own.

    Whoever looks has to lead the deal and be let into its room; the person shown has to be in a group of the
    room, and not to have signed: what they would see then is the undertaking, and the preview says so.
    """
    if preview.ended_at is not None:
        return Over(preview.over)
    room, viewer = preview.room, preview.viewer
    return why_over(
        Standing(
            now=timezone.now(),
            ends_at=preview.ends_at,
            same_session=session in (None, preview.session),
            viewer_leads=leads(viewer, room.deal)
            and lets_in(viewer, room.deal_id)
            and has_way_in(viewer, room),
            person_is_in=has_way_in(preview.person, room),
            closed=bool(ended_deals([room.deal_id])),
            frozen=bool(frozen_among([room.pk])),
        )
    )
