"""By which ways, and when, somebody is told: their choices, their quiet hours, what reaches them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from people.accounts.models import User
from people.guests.models import GuestPhone
from people.notices.kinds import Kind
from people.notices.models import ByMail, Channel, NoticeChoice, NoticeSettings, State
from people.notices.quiet import quiet_until
from people.sms.sending import can_send_notices

Planned = tuple[Channel, datetime, State, UUID]  # by what, when, how it begins, of which notice


def channels_of(kind: Kind, notices: Mapping[UUID, User], now: datetime) -> Iterator[Planned]:
    """What is sent of each of these notices. At most three queries, whatever their number.

    Security is sent at once, whatever somebody chose. A number is used once its person has proved it.
    """
    if not notices:
        return
    people = {person.pk for person in notices.values()}
    chosen = {} if kind.is_urgent else _choices(kind, people)
    phones = _phones(people) if kind.sms and can_send_notices() else set()
    quiet = {} if kind.is_urgent else quiet_hours(people)
    for notice, person in notices.items():
        choice = chosen.get(person.pk)
        due = awake(person, quiet.get(person.pk), now)
        if kind.mail and person.email:
            by = choice.mail if choice else ByMail.NOW
            if by != ByMail.OFF:
                state = State.GATHERED if by == ByMail.DIGEST else State.WAITING
                yield Channel.MAIL, due, state, notice
        if person.pk in phones and (choice.sms if choice else not person.email):
            yield Channel.SMS, due, State.WAITING, notice


def awake(person: User, settings: NoticeSettings | None, moment: datetime) -> datetime:
    """The first moment at which the person may be disturbed."""
    if settings is None or settings.quiet_from is None or settings.quiet_until is None:
        return moment
    return quiet_until(moment, person.timezone, settings.quiet_from, settings.quiet_until)


def quiet_hours(people: set[UUID]) -> dict[UUID, NoticeSettings]:
    found = NoticeSettings.objects.filter(person__in=people, quiet_from__isnull=False)
    return {row.person_id: row for row in found}


def _choices(kind: Kind, people: set[UUID]) -> dict[UUID, NoticeChoice]:
    found = NoticeChoice.objects.filter(person__in=people, group=kind.group)
    return {row.person_id: row for row in found}


def _phones(people: set[UUID]) -> set[UUID]:
    proved = GuestPhone.objects.filter(person__in=people, proved_at__isnull=False)
    return set(proved.values_list("person_id", flat=True))
