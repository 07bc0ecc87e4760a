"""An officer's review comes from an approval of exactly this that is being carried out.

Whoever holds the web login could else insert one, and go on past the marks of 2017 unseen. Only while it is
carried out is an approval's state `approved` (see sql/grades.sql). Safe on a live table: the trigger asks
nothing of rows that are there, and what the release before this one inserts passes it.
"""

from django.db import migrations

RULES = """
create function vault_check_review() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (
        select from people_approvalrequest asked
        join people_approvaldecision decision
            on decision.request_id = asked.id and decision.verdict = 'approve'
            and decision.decider_id = new.officer_id
        where asked.id = new.approval_id and asked.action = 'disclosure.review' and asked.state = 'approved'
            and asked.params ->> 'person' = new.person_id::text
            and asked.params ->> 'purpose' = new.purpose
            and asked.params ->> 'recipient' is not distinct from new.recipient_id::text
    ) then
        perform people_refuse('review_has_its_approval');
    end if;
    return new;
end $$;

create trigger review_rules before insert on vault_officerreview
    for each row execute function vault_check_review();
"""
UNDO = """
drop trigger review_rules on vault_officerreview;
drop function vault_check_review();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0031_copies")]

    operations = [migrations.RunSQL(RULES, UNDO)]
