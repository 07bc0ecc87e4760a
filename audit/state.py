"""What must hold in the database for the log to be append-only, asked of its catalogue."""

from datetime import UTC, datetime

from psycopg2.extensions import cursor as Cursor

MONTHS_AHEAD = 3  # partitions that the daily job keeps ready
_TRIGGERS = ("refuse_change", "refuse_truncate")  # and `chain` on the entries, its own on what left

# A table of the log without one of its triggers firing always (tgenabled 'A': not to be skipped by
# session_replication_role), and without its function being the log's own.
_BARE = """
with guarded(relid) as (
    select relid from unnest(array['log.entry', 'log.leaf']) parent cross join pg_partition_tree(parent)
    union all
    select name::regclass from unnest(array['log.tile', 'log.head', 'log.checkpoint', 'log.dropped',
                                             'log.dropped_chain']) name
), wanted(relid, name) as (
    values ('log.dropped'::regclass, 'check_drop'), ('log.dropped', 'note_chains'),
        ('log.dropped_chain', 'refuse_others')
    union all
    select relid, 'chain' from pg_partition_tree('log.entry')
    union all
    select relid, name from guarded cross join unnest(%s) name)
select relid::regclass::text, name from wanted
where not exists (
    select from pg_trigger g join pg_proc p on p.oid = g.tgfoid
    where g.tgrelid = relid and g.tgname = name and g.tgenabled = 'A'
      and p.pronamespace = 'log'::regnamespace and g.tgqual is null)
order by 1, 2
"""
_MONTHS = "select relid::regclass::text from pg_partition_tree('log.entry') where isleaf"
_GUARDS = "select evtname from pg_event_trigger where evtname like 'guard_log%%' and evtenabled in ('O', 'A')"
_POWERS = """
select r.rolname, 'is a superuser' from pg_roles r where r.rolname = session_user and r.rolsuper
union all
select r.rolname, 'owns something in this database'
from pg_roles r where r.rolname = session_user and exists (
    select from pg_shdepend d
    where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o'
      and d.dbid in (0, (select oid from pg_database where datname = current_database())))
union all
select r.rolname, 'is a member of ' || m.rolname
from pg_roles r join pg_roles m on m.rolname in ('sealroom_log', 'sealroom_keyring', 'sealroom_owner')
where r.rolname = session_user and pg_has_role(r.oid, m.oid, 'member')
"""


def missing_triggers(cursor: Cursor) -> list[tuple[str, str]]:
    """(table, trigger) for each trigger that a table of the log lacks or that does not always fire."""
    cursor.execute(_BARE, [list(_TRIGGERS)])
    return cursor.fetchall()


def missing_months(cursor: Cursor, now: datetime, *, ahead: int) -> list[str]:
    """The partitions (log.entry_YYYYMM) of this month and the `ahead` next ones that are not there."""
    cursor.execute(_MONTHS)
    there = {name for (name,) in cursor.fetchall()}
    return [name for name in map(partition_name, months_from(now, ahead=ahead)) if name not in there]


def has_guard(cursor: Cursor) -> bool:
    """Whether the event triggers stand that hold the log's own owner back."""
    cursor.execute(_GUARDS)
    return bool(cursor.fetchall())


def login_powers(cursor: Cursor) -> list[str]:
    """A sentence for each power that the connected login must not have."""
    cursor.execute(_POWERS)
    return [f"the login {login} {power}" for login, power in cursor.fetchall()]


def months_from(now: datetime, *, ahead: int) -> list[datetime]:
    """The first moments of this month and of the `ahead` next ones. Months are those of UTC."""
    now = now.astimezone(UTC)
    counts = range(now.year * 12 + now.month - 1, now.year * 12 + now.month + ahead)
    return [datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC) for count in counts]


def partition_name(month: datetime) -> str:
    return f"log.entry_{month:%Y%m}"
