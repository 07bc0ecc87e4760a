"""Previews of data rooms: the clock's part."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from audit.actions import Action
from deals.models import RoomPreview
from deals.previews.tasks import end_previews
from tests.deals.scene import scene
from tests.log_walk import Job, Row, World


def _left_open(world: World) -> Job:
    there = scene(**vars(world.people))
    now = timezone.now()
    RoomPreview.objects.create(
        room=there.room,
        viewer=there.lea,
        person=there.bo,
        session=uuid4(),
        begun_at=now - timedelta(minutes=15),
        ends_at=now,
    )
    return end_previews


ROWS = [Row(job="deals.previews.tasks.end_previews", action=Action.ROOM_PREVIEW_END, build=_left_open)]
SILENT: dict[str, str] = {}
