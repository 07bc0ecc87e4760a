"""What somebody chooses: by group the way, the quiet hours, the hour of the digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.notices.kinds import Group
from people.notices.models import ByMail, Cadence, NoticeChoice, NoticeSettings
from people.notices.quiet import next_digest

CHOSEN = [group for group in Group if group != Group.SECURITY]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """`mail` and `sms` by group; quiet hours are both or neither."""

    mail: Mapping[str, str]
    sms: Mapping[str, bool]
    quiet_from: time | None
    quiet_until: time | None
    cadence: str
    hour: int


def wanted_by(user: User) -> Wanted:
    """What is in force for the person; two queries. Who chose nothing has everything at once."""
    kept = NoticeSettings.objects.filter(person=user).first()
    rows = {row.group: row for row in NoticeChoice.objects.filter(person=user)}
    silent = NoticeChoice(mail=ByMail.NOW, sms=not user.email)
    return Wanted(
        mail={group.value: rows.get(group.value, silent).mail for group in CHOSEN},
        sms={group.value: rows.get(group.value, silent).sms for group in CHOSEN},
        quiet_from=kept.quiet_from if kept else None,
        quiet_until=kept.quiet_until if kept else None,
        cadence=kept.cadence if kept else Cadence.DAILY,
        hour=kept.hour if kept else 9,
    )


@transaction.atomic
def choose(*, actor: User, wanted: Wanted) -> None:
    """From the next notice on. Raises ValueError for a group that is nobody's to choose."""
    if set(wanted.mail) - {group.value for group in CHOSEN}:
        raise ValueError("Security is nobody's to turn off.")
    following = next_digest(
        timezone.now(), actor.timezone, wanted.hour, weekly=wanted.cadence == Cadence.WEEKLY
    )
    NoticeSettings.objects.update_or_create(
        person=actor,
        defaults={
            "quiet_from": wanted.quiet_from,
            "quiet_until": wanted.quiet_until,
            "cadence": wanted.cadence,
            "hour": wanted.hour,
            "next_digest_at": following,
        },
    )
    for group, mail in wanted.mail.items():
        NoticeChoice.objects.update_or_create(
            person=actor, group=group, defaults={"mail": mail, "sms": wanted.sms.get(group, False)}
        )
    record_change(
        Entry(
            action=Action.MESSAGE_SETTINGS,
            object_type=ObjectType.PERSON,
            object_id=actor.pk,
            subjects=(actor.pk,),
        )
    )
