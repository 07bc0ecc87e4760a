"""Noting something for people, in the transaction of the act: what rolls back was never noted.

The messages that tell of it are rows of the same transaction (a transactional outbox). The worker sends them
after the commit and each until it has gone: at least once, under an id by which a mailbox knows it again.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import uuid7
from people.accounts.models import Kind as Account
from people.accounts.models import User
from people.notices.channels import channels_of
from people.notices.kinds import Kind, kind_of
from people.notices.models import Message, Notice, State
from people.notices.robots.posting import post_to_robots
from people.notices.tasks import send_soon
from people.roles.access import grants_giving

# One statement, so that two acts of one window at the same moment are one row, whoever commits first. The
# object is forgotten where the two are about different ones: the line then leads to their list.
_NOTE = """
insert into people_notice as n
    (id, person_id, kind, object_id, deal_id, key, count, created_at, last_at, read_at)
select m.id, m.person, %(kind)s, %(object)s, %(deal)s, %(key)s, 1, %(now)s, %(now)s, null
from unnest(%(ids)s::uuid[], %(people)s::uuid[]) as m(id, person)
on conflict (person_id, key) do {again}
returning n.id, n.person_id, n.count
"""
_ONCE = "nothing"
_FOLDED = """update set
    count = n.count + 1, last_at = greatest(n.last_at, excluded.last_at), read_at = null,
    object_id = case when n.object_id is distinct from excluded.object_id then null else n.object_id end"""


@transaction.atomic
def notify(
    kind_code: str,
    people: Iterable[User],
    *,
    object_id: UUID | None = None,
    deal_id: UUID | None = None,
    key: str = "",
) -> None:
    """Notes it for these people: for each once, however often they are named.

    Args:
        kind_code: of a registered kind; KeyError else.
        object_id, deal_id: what the kind's page takes; ids only.
        key: of what is told once and never again, however often it is noted. Without one, all of a kind and
            deal within the kind's window are one notice with a count.
    """
    kind = kind_of(kind_code)
    told = {person.pk: person for person in people if not person.is_service}
    if not told:
        return
    now = timezone.now()
    whole_key = f"{kind.code}:{key or f'{deal_id or str()}.{_window(kind, now)}'}"
    named = {"kind": kind.code, "object": object_id, "deal": deal_id, "key": whole_key, "now": now}
    noted = _note(sorted(told), named, _ONCE if key else _FOLDED)
    fresh = {notice: person for notice, person, count in noted if count == 1}
    again = [notice for notice, _person, count in noted if count > 1]
    for channel, due_at, state, notice in channels_of(kind, {n: told[p] for n, p in fresh.items()}, now):
        Message.objects.create(notice_id=notice, channel=channel, due_at=due_at, state=state)
    _tell_again(kind, again, now)
    if kind.shared:
        post_to_robots(kind, list(told.values()), whole_key, object_id, deal_id)
    transaction.on_commit(send_soon, robust=True)


def holders(kind_code: str, *, but: Collection[UUID | None] = ()) -> list[User]:
    """Whom a kind tells that goes to whoever may do something about it: the holders of its permissions."""
    found = User.objects.filter(kind=Account.STAFF, is_active=True)
    giving = Q(pk__in=[])
    for permission in kind_of(kind_code).told:
        giving |= Q(pk__in=grants_giving(permission).values("user"))
    return list(found.filter(giving).exclude(pk__in=[pk for pk in but if pk is not None]))


def _window(kind: Kind, now: datetime) -> int:
    return int(now.timestamp()) // int(kind.fold.total_seconds())


def _note(
    people: list[UUID], named: Mapping[str, datetime | str | UUID | None], again: str
) -> list[tuple[UUID, UUID, int]]:
    """Sorted by person, so that two transactions never wait for each other crosswise."""
    ids = [uuid7() for _ in people]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE.format(again=again), {**named, "ids": ids, "people": people})
        rows: list[tuple[UUID, UUID, int]] = cursor.fetchall()
    return rows


def _tell_again(kind: Kind, notices: Collection[UUID], now: datetime) -> None:
    """What was sent already is sent once more, at the end of the window, with the count of then; what waits
    says the new count anyway. Of a thousand acts in a window somebody so gets two messages."""
    if not notices:
        return
    sent = Message.objects.filter(notice__in=notices, state=State.SENT)
    sent.filter(told_in__isnull=True, turn=1).update(
        state=State.WAITING, sent_at=None, attempts=0, turn=F("turn") + 1, due_at=now + kind.fold
    )
    sent.filter(told_in__isnull=False).update(state=State.GATHERED, sent_at=None, told_in=None)


@transaction.atomic
def mark_read(*, actor: User, notice_id: UUID) -> bool:
    """One of the actor's own; False when there is none. What one has read is nobody else's business: no entry
    is made of it."""
    found = Notice.objects.filter(person=actor, pk=notice_id)
    found.filter(read_at__isnull=True).update(read_at=timezone.now())
    return found.exists()


def mark_all_read(*, actor: User, before: datetime) -> int:
    """Those that stood on the page: what came since stays unread."""
    unread = Notice.objects.filter(person=actor, read_at__isnull=True, last_at__lte=before)
    return unread.update(read_at=timezone.now())


def unread_count(user: User | AnonymousUser) -> int:
    """One query, by an index that holds the unread alone; none for nobody."""
    if user.pk is None:
        return 0
    return Notice.objects.filter(person_id=user.pk, read_at__isnull=True).count()
