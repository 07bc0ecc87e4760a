"""The worker's part of robots. A chat has readers that nobody has counted: no project is named there."""

import logging
import time
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.notices.kinds import kind_of
from people.notices.models import RobotPost, State
from people.notices.robots import door
from people.notices.robots.providers import request_for, was_taken
from people.notices.robots.sealing import address_of
from people.notices.sending import AT_ONCE, MOST_ATTEMPTS, tell_lost, wait_after
from people.notices.wording import path_of

BROKEN = "robot.broken"
logger = logging.getLogger(__name__)


def post_due() -> int:
    """Posts what is due; returns how many were taken up. Safe to run twice, and beside itself."""
    taken = 0
    while taken < AT_ONCE and _post_next():
        taken += 1
    return taken


@transaction.atomic
def _post_next() -> bool:
    due = RobotPost.objects.filter(state=State.WAITING, due_at__lte=timezone.now()).order_by("due_at", "pk")
    row = due.select_related("robot").select_for_update(of=("self",), skip_locked=True).first()
    if row is not None:
        _attempt(row, timezone.now())
        row.save(update_fields=["state", "due_at", "attempts", "trouble", "sent_at"])
    return row is not None


def _attempt(row: RobotPost, now: datetime) -> None:
    if row.robot.ended_at is not None:
        row.state = State.DROPPED
        return
    try:
        with transaction.atomic():
            trouble = _post(row)
    except door.Closed:
        trouble = "robot.closed"
    except door.NotTaken as problem:
        trouble = problem.code
    except Exception:
        # Whatever else is wrong with one post must not hold up those behind it.
        logger.exception("A post of a robot could not be made.")
        trouble = BROKEN
    row.trouble = trouble
    if not trouble:
        row.state, row.sent_at = State.SENT, now
        return
    row.attempts += 1
    if row.attempts >= MOST_ATTEMPTS:
        row.state = State.DEAD
        tell_lost()
    else:
        row.due_at = now + wait_after(row.attempts)


def _post(row: RobotPost) -> str:
    """What kept it from being taken; empty for nothing."""
    address = address_of(row.robot)
    target = door.checked(row.robot.provider, address.url)
    request = request_for(row.robot.provider, target.query, address.secret, text_of(row), moment=time.time())
    return "" if was_taken(row.robot.provider, door.post(target, request)) else "robot.refused"


def text_of(row: RobotPost) -> str:
    """In the house's language: the kind's sentence and an address that asks who comes."""
    with override(settings.LANGUAGE_CODE):
        kind = kind_of(row.kind)
        words = _("Sealroom: %(what)s") % {"what": kind.title}
        return f"{words}\n{settings.PUBLIC_ADDRESS}{path_of(kind, row.object_id, row.deal_id)}"
