"""How a month leaves the log: what is kept of it, and the one function that lets it go (retention.sql)."""

from pathlib import Path

from django.db import migrations

CREATE = (Path(__file__).parent / "retention.sql").read_text(encoding="utf-8")
# Once a month has left, these tables are all that is known of it and of the chains that ran through it.
DROP = """
set local role sealroom_log;
do $$
begin
    if exists (select from log.dropped) then
        raise exception 'months have left the log: what is known of them stays';
    end if;
end
$$;
drop function log.drop_month(date, bytea, uuid);
drop table log.dropped_chain, log.dropped;
drop function log.check_drop(), log.note_chains(), log.refuse_others(), log.drop_order(uuid, text[], timestamptz);
set local role none;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_indexes")]

    operations = [migrations.RunSQL([CREATE], [DROP])]
