"""The worker's part: what waits is sent, tried again after a while, and in the end given up and shown.

A message is locked while it is sent and noted in the same transaction, so that two workers never send one,
and one whose worker dies waits again as soon as its connection is gone.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPConnectError, SMTPServerDisconnected
from socket import gaierror

from django.db import transaction
from django.utils import timezone

from people.accounts.models import User
from people.notices.channels import awake, quiet_hours
from people.notices.kinds import kind_of
from people.notices.mails import mail_of
from people.notices.models import Channel, Message, State
from people.notices.services import notify
from people.notices.texts import text_to
from people.roles.access import grants_giving
from people.roles.permissions import Permission
from people.sms.sending import NotSent

MOST_ATTEMPTS = 9  # over half a day
FIRST_WAIT = timedelta(minutes=2)
AT_ONCE = 500  # messages that one run sends; the next one goes on
UNREACHABLE, REFUSED, BROKEN = "mail.unreachable", "mail.refused", "mail.broken"
logger = logging.getLogger(__name__)


def send_due() -> int:
    """Sends what is due; returns how many were taken up. Safe to run twice, and beside itself.

    A server that does not answer ends the run: else each message behind would wait for it as long.
    """
    taken = 0
    while taken < AT_ONCE and (message := _send_next()) is not None:
        taken += 1
        if message.trouble == UNREACHABLE and message.state != State.SENT:
            break
    return taken


@transaction.atomic
def _send_next() -> Message | None:
    due = Message.objects.filter(state=State.WAITING, due_at__lte=timezone.now()).order_by("due_at", "pk")
    message: Message | None = (
        due.select_related("notice__person", "digest__person")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if message is not None:
        _send(message, timezone.now())
        message.save(update_fields=["state", "due_at", "attempts", "trouble", "sent_at"])
    return message


def _send(message: Message, now: datetime) -> None:
    """One attempt; its outcome in the row."""
    whose = message.notice or message.digest
    assert whose is not None
    person = whose.person
    if not person.is_active and not _concerns_closing(message):
        message.state = State.DROPPED
        return
    try:
        with transaction.atomic():
            later = _awake(message, now)
            if later > now:
                message.due_at, message.trouble = later, ""
                return
            if message.channel == Channel.SMS:
                text_to(person)
            else:
                mail_of(message, person).send()
    except NotSent as problem:
        _failed(message, problem.trouble.value, now)
    except (SMTPConnectError, SMTPServerDisconnected, ConnectionError, TimeoutError, gaierror):
        _failed(message, UNREACHABLE, now)
    except OSError:  # smtplib's others are these. What they say quotes addresses: it is not kept
        _failed(message, REFUSED, now)
    except Exception:
        # Whatever else is wrong with one message must not hold up those behind it.
        logger.exception("A message of a notice could not be made.")
        _failed(message, BROKEN, now)
    else:
        message.state, message.sent_at, message.trouble = State.SENT, now, ""


def _concerns_closing(message: Message) -> bool:
    """A lock closes the account: only that it did is still told."""
    return message.notice is not None and message.notice.kind == "lock.person"


def _awake(message: Message, now: datetime) -> datetime:
    """Asked again: a message that failed at night does not come at night."""
    if message.notice is not None and not kind_of(message.notice.kind).is_urgent:
        person = message.notice.person
        return awake(person, quiet_hours({person.pk}).get(person.pk), now)
    return now


def _failed(message: Message, trouble: str, now: datetime) -> None:
    message.attempts += 1
    message.trouble = trouble
    if message.attempts >= MOST_ATTEMPTS:
        message.state = State.DEAD
        tell_lost()
    else:
        message.due_at = now + wait_after(message.attempts)


def tell_lost() -> None:
    """Administrators find in their centre that something was given up."""
    notify(
        "messages.lost", User.objects.filter(grants__in=grants_giving(Permission.PEOPLE_MANAGE)).distinct()
    )


def wait_after(attempts: int) -> timedelta:
    """Doubled each time, from two minutes."""
    return FIRST_WAIT * (1 << (attempts - 1))
