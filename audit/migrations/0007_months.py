"""Months leave the log by themselves, in no order (months.sql)."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent
CREATE = (HERE / "months.sql").read_text(encoding="utf-8")
# The functions of before, as they stand in retention.sql. `before` and `said` are all that proves a month that
# left out of turn, so that there is no way back once one has left.
_FIRST, _PAST = "create function log.drop_order", "create function log.refuse_others"
_OLD = (HERE / "retention.sql").read_text(encoding="utf-8")
_OLD = _OLD[_OLD.index(_FIRST) : _OLD.index(_PAST)].replace("create function", "create or replace function")
UNDO = """
set local role sealroom_log;
do $$
begin
    if exists (select from log.dropped) then
        raise exception 'months have left the log: what is known of them stays';
    end if;
end
$$;
drop function log.drop_order(uuid, text[], timestamptz), log.leaves_digest(timestamptz, timestamptz),
    log.unlinked(date, timestamptz, timestamptz), log.stretches(date), log.link_before(uuid, bigint);
%s
revoke all on function log.drop_order(uuid, text[], timestamptz) from public;
alter table log.dropped_chain drop column before;
alter table log.dropped drop column said;
set local role none;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_lock")]

    operations = [migrations.RunSQL([CREATE], [UNDO.replace("%s", _OLD)])]
