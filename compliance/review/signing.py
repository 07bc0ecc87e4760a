"""Signing off a stretch of the log: an officer's word that it was reviewed, tied to exactly these entries."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.models import LogEntry
from audit.query import LogFilter, entries
from audit.refusals import Refused
from compliance.logretention.months import left_between
from compliance.review.coverage import is_read, read_intervals
from compliance.review.explaining import explain
from compliance.review.forms import LogFilterForm
from compliance.review.models import SignOff
from compliance.speakup.access import kept_apart
from people.accounts.models import User
from people.roles.access import has, require
from people.roles.permissions import Permission
from vault.records.errors import NotPossible

MOST_SIGNED = 20_000
_STEP = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands in a stretch now. `digest` is as SignOff says."""

    since: datetime
    until: datetime
    entries: int
    explained: int
    unread: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """A sign-off against the log of today: whether its entries are the same, and what has come since, in the
    part of the stretch that was still to come when it was signed. `left` are the months of the stretch whose
    entries left the database: then it cannot be compared."""

    same: bool
    later: int
    left: tuple[str, ...] = ()


def stretch_of(actor: User, filters: LogFilter, *, upto: datetime | None = None) -> Stretch:
    """What signing these filters off would be about: up to now, or to an earlier moment `upto`.

    Raises:
        Refused: not an officer.
        NotPossible: no beginning or end is set, nothing has happened yet, it is too much for one word, or it
            is the actor's own.
    """
    require(actor, Permission.LOG_REASON)
    if filters.since is None or filters.until is None:
        raise NotPossible(_("A sign-off needs a first and a last day."))
    if filters.person == actor.pk:
        raise NotPossible(_("Somebody else signs off what you did."))
    until = min(filter(None, (filters.until, timezone.now(), upto)))
    if until <= filters.since:
        raise NotPossible(_("This stretch lies in the future."))
    return _measured(actor.pk, filters, replace(filters, until=until))


def sign_off(*, actor: User, filters: LogFilter, address: str, upto: datetime, seen: bytes) -> SignOff:
    """Sign the stretch off.

    Args:
        address: the filters as they stand in an address.
        upto: when the officer was shown the stretch; what came after is not signed.
        seen: the digest of what was shown.

    Raises as `stretch_of`; and NotPossible where the log no longer says what was shown.
    """
    with transaction.atomic():
        stretch = stretch_of(actor, filters, upto=upto)
        if stretch.digest != seen:
            raise NotPossible(_("The log of this stretch is not as it was shown. Look again and sign then."))
        signed = SignOff.objects.create(
            officer=actor,
            address=address,
            since=stretch.since,
            until=stretch.until,
            entries=stretch.entries,
            explained=stretch.explained,
            unread=stretch.unread,
            digest=stretch.digest,
            signed_at=max(timezone.now(), stretch.until),
        )
        digest = stretch.digest.hex()
        record_change(
            Entry(
                action=Action.LOG_SIGN,
                object_type=ObjectType.LOG_SIGN_OFF,
                object_id=signed.pk,
                subjects=tuple(filter(None, (filters.person, filters.subject))),
                deal=filters.deal,
                fields=(
                    *(f"count.{stretch.entries}", f"unread.{stretch.unread}"),
                    *(f"digest.{digest[:32]}", f"digest_end.{digest[32:]}"),
                ),
            )
        )
    return signed


def sign_offs(user: User) -> QuerySet[SignOff]:
    """All of the house's. Raises Refused."""
    require(user, Permission.LOG_READ)
    return SignOff.objects.select_related("officer").order_by("-signed_at")


def get_sign_off(user: User, sign_off_id: UUID) -> SignOff:
    """Raises Refused when there is none, or not for this person."""
    found = SignOff.objects.select_related("officer").filter(pk=sign_off_id).first()
    if found is None or not has(user, Permission.LOG_READ):
        raise Refused(ObjectType.LOG_SIGN_OFF, sign_off_id, Action.LOG_READ)
    return found


def newest_of(address: str) -> SignOff | None:
    """The last word on exactly this view."""
    return SignOff.objects.select_related("officer").filter(address=address).order_by("-signed_at").first()


def standing_of(signed: SignOff) -> Standing:
    """Compares the sign-off with the log as it is. Its filters are those of its address."""
    form = LogFilterForm(QueryDict(signed.address))
    if not form.is_valid():
        return Standing(same=False, later=0)
    filters = form.filters()
    then = replace(filters, since=signed.since, until=signed.until)
    left = tuple(one.code for one in left_between(signed.since, signed.until) if one.entries)
    now = _measured(signed.officer_id, filters, then)
    since = replace(filters, since=signed.until, without_kinds=_APART, without=kept_apart())
    later = entries(since).count()
    same = now.digest == bytes(signed.digest)
    return Standing(same=same, later=later, left=() if same else left)


def _measured(reader: UUID, view: LogFilter, stretch: LogFilter) -> Stretch:
    """One walk over the entries of the stretch. Raises NotPossible when they are more than MOST_SIGNED."""
    assert stretch.since is not None
    assert stretch.until is not None
    intervals = read_intervals(reader, view)
    whole, count, explained, unread = sha256(), 0, 0, 0
    walk = _walk(stretch)
    while part := list(islice(walk, _STEP)):
        explained += len(explain(part).keys() & {entry.pk for entry in part})
        for entry in part:
            whole.update(sha256(bytes(entry.leaf)).digest())
            count += 1
            unread += not is_read(entry.at, intervals)
    return Stretch(stretch.since, stretch.until, count, explained, unread, whole.digest())


# Nobody signs these off: whom a report accuses or a case is about must not learn of it from a number, and a
# stretch says the same to whoever compares it later. Auditors read them.
_APART = frozenset({ObjectType.SPEAKUP, ObjectType.SPEAKUP_CASE, ObjectType.CONDUCT_CASE})


def _walk(stretch: LogFilter) -> Iterator[LogEntry]:
    found = entries(replace(stretch, without_kinds=_APART, without=kept_apart()))
    if len(found.values_list("pk")[: MOST_SIGNED + 1]) > MOST_SIGNED:
        raise NotPossible(_("These are more entries than one person can have read. Choose fewer days."))
    return found.order_by("at", "id").iterator(chunk_size=_STEP)
