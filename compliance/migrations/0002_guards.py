"""Tombstones and certificates are for ever: no login changes or removes one."""

from django.db import migrations

CREATE = """
create function compliance_is_final() returns trigger language plpgsql as $$
begin
    raise exception '% is final', tg_table_name
        using errcode = 'check_violation', constraint = tg_table_name || '_is_final';
end
$$;
create trigger tombstone_stays before update or delete on compliance_destroyedrecord
    for each row execute function compliance_is_final();
create trigger certificate_stays before update or delete on compliance_destructioncertificate
    for each row execute function compliance_is_final();
"""
DROP = """
drop trigger certificate_stays on compliance_destructioncertificate;
drop trigger tombstone_stays on compliance_destroyedrecord;
drop function compliance_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
