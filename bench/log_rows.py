"""The entries of bench/log_query.py, made by the database: a month at a time, beside the log, then attached.

Clients and deals are md5 over a number, so that the bench can name them. Of 1,000 entries 400 are looks at
masks, 250 lists of ten clients, 60 reveals, 10 refused; one in 100,000 is an export of the log.
"""

MONTH = """
create table log.{name} (like log.entry including defaults including constraints);
create trigger refuse_truncate before truncate on log.{name} execute function log.refuse();
alter table log.{name} enable always trigger refuse_truncate;
"""
ATTACH = "alter table log.entry attach partition log.{name} for values from (%(first)s) to (%(last)s)"
INSERT = """
insert into log.{name} (id, at, writer, seq, link, epoch, actor, session, request, action, purpose, reason,
    result, object_type, object_id, subjects, deal, fields, keys, network, leaf)
select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5('e' || n), 1, 3) || '8' || substr(md5('f' || n), 1, 15))::uuid,
    at, %(writer)s, n - %(start)s, sha256(n::text::bytea), 1,
    case when n %% 400000 = 7 then %(rare)s else (%(people)s::uuid[])[1 + h %% %(count_people)s] end,
    md5('s' || n / 40)::uuid, md5('r' || n)::uuid, action,
    case when action = 'client.reveal' then 'mandate' else '' end, '',
    case when h %% 100 = 3 then 'refused' when h %% 20000 = 11 then 'failed' else 'done' end,
    'client', client, subjects, case when h %% 3 = 0 then md5('d' || h %% %(deals)s)::uuid end,
    case when action = 'client.reveal' then '{{client.financial}}' else '{{}}'::text[] end, array[n::bigint],
    '10.0.0.0/24', convert_to(rpad('{{"action":"' || action || '"', 450, 'x'), 'UTF8')
from (
    select n, h, %(first)s::timestamptz + (n - %(start)s) * %(step)s::interval as at,
        md5('c' || h %% %(clients)s)::uuid as client,
        case when n %% 100000 = 13 then 'log.export' when h %% 1000 < 400 then 'client.view'
            when h %% 1000 < 650 then 'client.list' when h %% 1000 < 710 then 'client.reveal'
            when h %% 1000 < 800 then 'file.view_page' when h %% 1000 < 900 then 'client.search'
            else 'session.sign_in' end as action,
        case when h %% 1000 between 400 and 649
            then array(select md5('c' || (h + k * 7919) %% %(clients)s)::uuid from generate_series(0, 9) k)
            else array[md5('c' || h %% %(clients)s)::uuid] end as subjects
    from (
        select n, hashint4(n)::bigint & 2147483647 as h from generate_series(%(start)s + 1, %(end)s) n
    ) numbers
) entries
"""
