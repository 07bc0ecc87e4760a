"""“Why did you open this?”: each week some reveals are drawn, and asked of whoever saw them.

Nobody can know beforehand what is drawn: the seed is made at the draw. Everybody can draw again afterwards:
the seed stands in the log, and the drawn are the first in the order of SHA-256(seed | id of the entry).
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry, SealedDetail
from audit.log import record_change
from audit.models import LogEntry
from audit.query import LogFilter, entries
from audit.refusals import Refused
from compliance.review.explaining import explain
from compliance.review.models import Drawn, Sample, SampleDraw, SampleRule, SampleState
from people.accounts.models import Kind, User
from people.roles.access import has, require
from people.roles.permissions import Permission
from vault.keys.errors import KeyWithheld
from vault.purposes.catalogue import Reason
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reasons import LIMIT, seal_reason

_STEP = 1000
WEEK = timedelta(days=7)


def set_rule(*, actor: User, drawn: Drawn, per_week: int, days: int) -> SampleRule:
    """How many are drawn a week, 0 for none, and how long people have to answer. Raises Refused."""
    require(actor, Permission.LOG_REASON)
    if not 0 <= per_week <= 50 or not 1 <= days <= 30:
        raise NotPossible(_("At most 50 a week, and 1 to 30 days to answer."))
    with transaction.atomic():
        values = {"per_week": per_week, "days": days, "changed_at": timezone.now()}
        rule, _made = SampleRule.objects.update_or_create(drawn=drawn, defaults=values)
        record_change(
            Entry(
                action=Action.SAMPLE_RULE,
                object_type=ObjectType.SAMPLE_RULE,
                object_id=rule.pk,
                fields=(f"drawn.{drawn.value}", f"per_week.{per_week}", f"days.{days}"),
            )
        )
    return rule


def last_week(now: datetime) -> date:
    """The Monday of the last week that is over, where the house is."""
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return today - timedelta(days=today.weekday()) - WEEK


def draw(rule: SampleRule, week: date) -> SampleDraw | None:
    """Draw for a week that is over; None where it was drawn already. Safe to run twice."""
    with transaction.atomic():
        locked = SampleRule.objects.select_for_update().get(pk=rule.pk)
        if SampleDraw.objects.filter(rule=locked, week=week).exists():
            return None
        population = _population(Drawn(locked.drawn), week)
        seed = secrets.token_bytes(32)
        made = SampleDraw.objects.create(rule=locked, week=week, seed=seed, population=len(population))
        chosen = chosen_of(population, seed, locked.per_week)
        due_at = made.drawn_at + timedelta(days=locked.days)
        Sample.objects.bulk_create(
            Sample(draw=made, entry=one.pk, client=one.object_id, reader_id=one.actor, due_at=due_at)
            for one in chosen
            if one.object_id and one.actor
        )
        record_change(
            Entry(
                action=Action.SAMPLE_DRAW,
                object_type=ObjectType.SAMPLE_RULE,
                object_id=locked.pk,
                subjects=tuple(sorted({one.actor for one in chosen if one.actor})),
                fields=(
                    *(f"week.{week.isoformat()}", f"population.{len(population)}", f"count.{len(chosen)}"),
                    *(f"seed.{seed.hex()[:32]}", f"seed_end.{seed.hex()[32:]}"),
                ),
            )
        )
    return made


def chosen_of(population: list[LogEntry], seed: bytes, count: int) -> list[LogEntry]:
    """The first `count` in the seed's order, which the order of the population does not change."""
    return sorted(population, key=lambda one: sha256(seed + one.pk.bytes).digest())[:count]


def _population(drawn: Drawn, week: date) -> list[LogEntry]:
    """The reveals of the week that the rule draws from, and that nobody was asked about yet."""
    house = ZoneInfo(settings.TIME_ZONE)
    since = datetime.combine(week, time.min, house)
    until = datetime.combine(week + WEEK, time.min, house)
    filters = LogFilter(actions=(Action.CLIENT_REVEAL,), result=Result.DONE, since=since, until=until)
    found = entries(filters).filter(object_id__isnull=False, actor__isnull=False).order_by("at", "id")
    asked = set(Sample.objects.filter(draw__week=week).values_list("entry", flat=True))
    staff = set(User.objects.filter(kind=Kind.STAFF).values_list("pk", flat=True))
    return [one for one in _drawn_from(drawn, found) if one.pk not in asked and one.actor in staff]


def _drawn_from(drawn: Drawn, found: "QuerySet[LogEntry]") -> Iterator[LogEntry]:
    if drawn is Drawn.FINANCIAL:
        found = found.filter(fields__contains=[Group.FINANCIAL.value])
    walk = found.defer("leaf").iterator(chunk_size=_STEP)
    while part := list(islice(walk, _STEP)):
        explained = explain(part) if drawn is Drawn.UNEXPLAINED else {}
        yield from (one for one in part if one.pk not in explained)


def asked_of(user: User) -> QuerySet[Sample]:
    """What the person has still to answer, the most urgent first."""
    return Sample.objects.filter(reader=user, state=SampleState.ASKED).order_by("due_at", "pk")


def get_asked(user: User, sample_id: UUID) -> Sample:
    """One's own sample. Raises Refused."""
    found = Sample.objects.filter(pk=sample_id, reader=user).first()
    if found is None:
        raise Refused(ObjectType.SAMPLE, sample_id, Action.SAMPLE_ANSWER)
    return found


def answer(*, actor: User, sample_id: UUID, reason: Reason, words: str) -> Sample:
    """Say why. The words are sealed under the client's key beside the entry of the answer.

    Raises:
        Refused: it was not asked of this person.
        NotPossible: answered already or taken up meanwhile, words are missing or too long, or the client's
            key is gone, so that words could no longer be sealed.
        LogUnavailable.
    """
    words = words.strip()
    if reason is Reason.OTHER and not words:
        raise NotPossible(_("Say in your own words why."))
    if len(words) > LIMIT:
        raise NotPossible(_("At most %(count)d characters.") % {"count": LIMIT})
    asked = get_asked(actor, sample_id)
    detail = _sealed(asked.client, words) if words else None
    with transaction.atomic():
        sample = Sample.objects.select_for_update().get(pk=asked.pk)
        if sample.state != SampleState.ASKED:
            raise NotPossible(_("This is answered, or an officer has taken it up."))
        sample.answer = record_change(
            Entry(
                action=Action.SAMPLE_ANSWER,
                object_type=ObjectType.SAMPLE,
                object_id=sample.pk,
                subjects=(sample.client,),
                reason=reason.value,
                detail=detail,
            )
        )
        sample.answered_at, sample.state = timezone.now(), SampleState.ANSWERED
        sample.save(update_fields=["answer", "answered_at", "state"])
    return sample


def _sealed(client_id: UUID, words: str) -> SealedDetail:
    client = Client.objects.select_related("book").filter(pk=client_id).first()
    try:
        if client is not None:
            return seal_reason(client, words)
    except KeyWithheld:
        pass
    raise NotPossible(_("The client's keys are gone, so your words cannot be sealed. Choose a reason alone."))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an officer has before them: answers to judge, and questions that nobody answered in time."""

    answered: int
    overdue: int


def waiting_for(user: User) -> Waiting:
    """Counts of what this officer may judge; what they opened themselves is another's."""
    if not has(user, Permission.LOG_REASON):
        return Waiting(0, 0)
    others = Sample.objects.exclude(reader=user)
    overdue = others.filter(state=SampleState.ASKED, due_at__lte=timezone.now())
    return Waiting(others.filter(state=SampleState.ANSWERED).count(), overdue.count())


def samples(user: User) -> QuerySet[Sample]:
    """All, for officers. Raises Refused."""
    require(user, Permission.LOG_REASON)
    return Sample.objects.select_related("reader", "judge", "draw__rule")


def judge(*, actor: User, sample_id: UUID, accept: bool) -> Sample:
    """Accept the answer, or take the reveal up as a finding.

    Raises:
        Refused: not an officer, no such sample, or one's own.
        NotPossible: judged already; nothing to accept yet; or there is still time to answer.
    """
    action = Action.SAMPLE_ACCEPT if accept else Action.SAMPLE_FINDING
    if not has(actor, Permission.LOG_REASON):
        raise Refused(ObjectType.SAMPLE, sample_id, action)
    with transaction.atomic():
        sample = Sample.objects.select_for_update().filter(pk=sample_id).exclude(reader=actor).first()
        if sample is None:
            raise Refused(ObjectType.SAMPLE, sample_id, action)
        if sample.state not in (SampleState.ASKED, SampleState.ANSWERED):
            raise NotPossible(_("Somebody has judged this already."))
        if sample.state == SampleState.ASKED and (accept or sample.due_at > timezone.now()):
            raise NotPossible(_("There is no answer yet."))
        sample.state = SampleState.ACCEPTED if accept else SampleState.FINDING
        sample.judge, sample.judged_at = actor, timezone.now()
        sample.save(update_fields=["state", "judge", "judged_at"])
        record_change(
            Entry(
                action=action,
                object_type=ObjectType.SAMPLE,
                object_id=sample.pk,
                subjects=(sample.client, sample.reader_id),
            )
        )
    return sample
