"""Digests: at somebody's hour, how many of what, in one mail."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from people.notices.models import Cadence, Channel, Digest, Message, NoticeSettings, State
from people.notices.quiet import next_digest
from people.notices.tasks import send_soon


def gather_due() -> int:
    """Makes the digests whose hour has come; returns how many. Safe to run twice, and beside itself."""
    due = NoticeSettings.objects.filter(next_digest_at__lte=timezone.now())
    return sum(_gather(person) for person in list(due.values_list("person_id", flat=True)))


@transaction.atomic
def _gather(person_id: UUID) -> bool:
    """One transaction: what was gathered is told in the digest and the next one is set, or nothing is. An
    hour that passed while the worker was down is made up for once."""
    now = timezone.now()
    kept = NoticeSettings.objects.select_for_update(of=("self",)).select_related("person")
    settings = kept.get(pk=person_id)
    if settings.next_digest_at > now:
        return False
    moment = settings.next_digest_at
    settings.next_digest_at = next_digest(
        now, settings.person.timezone, settings.hour, weekly=settings.cadence == Cadence.WEEKLY
    )
    settings.save(update_fields=["next_digest_at"])
    gathered = Message.objects.filter(notice__person=person_id, state=State.GATHERED)
    if not settings.person.is_active:
        gathered.update(state=State.DROPPED)
        return False
    if not gathered.exists():
        return False
    digest = Digest.objects.create(person_id=person_id, due_at=moment)
    gathered.update(state=State.SENT, sent_at=now, told_in=digest)
    Message.objects.create(digest=digest, channel=Channel.MAIL, due_at=now)
    transaction.on_commit(send_soon, robust=True)
    return True
