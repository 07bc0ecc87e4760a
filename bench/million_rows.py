"""The rows of the million, made by the database (see bench/million.py)."""

FILL = """
insert into vault_client (id, book_id, kind, source, purpose, grade, state, visibility, origin, use, version,
    created_at, updated_at, confirmed_at, key_id, identity, identity_seal,
    contact, contact_seal, financial_seal, remarks_seal)
select (lpad(to_hex(%(from)s + n / 1000), 12, '0') || '7' || lpad(to_hex(n %% 4096), 3, '0') || '8'
        || substr(md5(n::text), 1, 15))::uuid,
    c.book_id, c.kind, c.source, c.purpose, 3 + n %% 2, c.state, c.visibility, c.origin, c.use, 1,
    c.created_at, c.created_at, c.created_at, 9000000000000000 - n, c.identity,
    c.identity_seal, c.contact, c.contact_seal, 0, 0
from generate_series(1, %(count)s) n, vault_client c where c.id = %(like)s
"""
FILL_INDEX = """
insert into keyring.index_entry (subject, compartment, tokens)
select gen_random_uuid(), %(book)s, (
    select array_agg((l.label::bigint << 56) | (%(tag)s::bigint << 24) | case
        when l.label = 1 and v.value = any (%(taken)s) then %(free)s else v.value end)
    from (values (1, 16), (2, 16), (5, 16), (7, 16), (8, 11), (9, 11), (10, 10), (10, 10), (10, 10),
                 (11, 14)) as l (label, bits),
         lateral (select (random() * ((1 << l.bits) - 1) + n * 0)::int as value) v)
from generate_series(1, %(count)s) n
"""
FILL_PLAIN = """
insert into peers_plainclient (id, book_id, name, phone, id_number, email)
select gen_random_uuid(), %s, '客户' || n, '+86137' || lpad(n::text, 8, '0'), '', ''
from generate_series(1, %s) n
"""
