"""What in a month must stay: each ground with how many entries it keeps, and of how many things.

Each ground is one statement over the month's partition. They are asked when a month has become old enough,
once a night, and again in the moment when it leaves.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action
from compliance.anomalies.codes import DECIDED
from compliance.destruction.models import RunState
from compliance.logretention.models import Keeps
from compliance.logretention.policy import Policy
from compliance.review.models import SampleState
from compliance.stream.receivers import receivers
from deals.pipeline.models import Stage
from vault.keys.freezing import all_frozen

# Whom the house had and has no more: destroyed by a run, or by the undoing of an import, not long enough ago.
_GONE = """
s in (select d.client_id from compliance_destroyedrecord d where d.destroyed_at > %(ended_after)s
      union
      select unnest(u.subjects) from log.entry u where u.action = 'import.undone' and u.at > %(ended_after)s)
and s not in (select id from vault_client)
"""
# How an entry `e` is joined with the things `g` that keep it, by code. What is listed by entry is joined as a
# list: asked of each entry anew, it would cost the product of both.
_GROUNDS: Mapping[Keeps, str] = {
    Keeps.LIVING: """cross join lateral (
        select s from unnest(e.subjects) s join vault_client c on c.id = s) g(thing)""",
    Keeps.RECENT: f"cross join lateral (select s from unnest(e.subjects) s where {_GONE}) g(thing)",  # noqa: S608 (constants)
    Keeps.FROZEN: """join unnest(%(frozen)s::uuid[]) g(thing)
        on g.thing = e.object_id or g.thing = e.deal or g.thing = any(e.subjects)""",
    Keeps.DEAL: "join (select id from deals_deal where stage < %(last_stage)s) g(thing) on g.thing = e.deal",
    Keeps.FINDING: """join (select f.id, unnest(f.entries) from compliance_finding f
        where not f.state = any(%(decided)s)) g(thing, entry) on g.entry = e.id""",
    Keeps.SAMPLE: """join (select p.id, unnest(array[p.entry, p.answer]) from compliance_sample p
        where p.state = any(%(open_samples)s)) g(thing, entry) on g.entry = e.id""",
    Keeps.ORDER: """join (
        select b.order_entry, b.order_entry
        from compliance_destructionbatch b join compliance_destructionrun r on r.id = b.run_id
        where b.done_at is null and r.state = %(running)s
        union all select o.entry, o.entry
        from vault_rotationorder o join vault_keyrotation k on k.id = o.rotation_id where k.ended_at is null
        union all select m."order", m."order" from vault_suitemove m
        where m.ended_at is null) g(thing, entry) on g.entry = e.id""",
    Keeps.STREAM: """join log.leaf l on l.entry = e.id and l.at = e.at
        join (select id, next_index from compliance_streamplace where id = any(%(streams)s)) g(thing, next)
        on l.index >= g.next""",
    # Whether an alarm stands is read from its entries: its end stays as long as its beginning.
    Keeps.ALARM: """cross join lateral (select e.id where e.action = any(%(endings)s) and exists (
        select from log.entry b where b.object_id = e.object_id and b.action = any(%(beginnings)s)
          and b.at < %(first)s::date::timestamp at time zone 'UTC')) g(thing)""",
}
_KEPT = """
select count(distinct e.id), count(distinct g.thing) from log.entry e {ground}
where e.at >= %(first)s::date::timestamp at time zone 'UTC'
  and e.at < (%(first)s::date + interval '1 month') at time zone 'UTC'
"""


def kept(month: date, policy: Policy, now: datetime | None = None) -> dict[str, list[int]]:
    """Code of Keeps → [entries, things]; empty when nothing keeps the month."""
    values: dict[str, Any] = {
        "first": month,
        "ended_after": (now or timezone.now()) - timedelta(days=366 * policy.years),
        "frozen": [one for one, _ in all_frozen()],
        "last_stage": Stage.RETENTION.value,
        "decided": [str(one) for one in DECIDED],
        "open_samples": [SampleState.ASKED.value, SampleState.ANSWERED.value],
        "running": RunState.ORDERED.value,
        "streams": _streams(),
        "beginnings": [Action.CHECKPOINT_DIFFER.value, Action.RECORDS_DIFFER.value],
        "endings": [Action.CHECKPOINT_AGREE.value, Action.RECORDS_SETTLE.value],
    }
    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        for code, ground in _GROUNDS.items():
            cursor.execute(_KEPT.format(ground=ground), values)
            [(entries, things)] = cursor.fetchall()
            if entries:
                found[code.value] = [entries, things]
    return found


def _streams() -> list[int]:
    """The places of the receivers that the house has set up now: that of a former one keeps nothing."""
    return [place.pk for place in (one.place() for one in receivers()) if place.pk is not None]
