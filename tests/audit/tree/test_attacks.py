"""Invariant 4 for the tree: no login of ours changes it, puts anything into it, or chooses what goes in.

What the worker's login can do: ask for a round, which takes entries in their order whoever asks, and insert a
checkpoint for a head that is there. It can write false *entries*, as any login of ours, and with an open
transaction or the advisory lock keep the tree waiting: `log.holders`, `log.lock_holders` and Today tell. It
cannot choose an order, leave an entry out or make a leaf, tile or head.
"""

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, RestrictViolation

from audit.tree.sequencing import sequence
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import leaves, write

TABLES = {
    "leaf": ("index", "(7, gen_random_uuid(), now(), sha256(''))"),
    "leaf_0": ("index", "(7, gen_random_uuid(), now(), sha256(''))"),
    "tile": ("index", "(0, 7, decode(repeat('00', 8192), 'hex'), sha256(''))"),
    "head": ("size", "(7, sha256(''), 1, '3', now(), gen_random_uuid(), now())"),
    "checkpoint": ("size", "(1, 'a', now())"),
}
FUNCTIONS = [
    "select log.add_leaf_partition(1)",
    "select log.fill_tiles(0, 256)",
    "select log.root_at(1)",
    "select log.hashes(0, 0, 1)",
    "select log.root_of('')",
    "select log.raise_epoch()",
    "create function log.sequence(integer, integer) returns integer language sql as 'select 1'",
    "create trigger lost before insert on log.leaf for each row execute function log.refuse()",
    "do $$ begin lock table log.leaf in exclusive mode; end $$",
    "do $$ begin lock table log.head in exclusive mode; end $$",
]


def changes(table: str) -> list[str]:
    column, row = TABLES[table]
    return [
        f"insert into log.{table} values {row}",
        f"update log.{table} set {column} = 7",
        f"delete from log.{table}",
        f"truncate log.{table} cascade",
        f"drop table log.{table} cascade",
        f"alter table log.{table} disable trigger user",
        f"merge into log.{table} using (select 1) one on true when matched then delete",
    ]


@pytest.fixture
def grown(house: House) -> House:
    """A tree with a tile, a head and a checkpoint."""
    write(house, 256)
    sequence()
    house.ask("insert into log.checkpoint (size, note) values (256, 'a')", login="worker")
    return house


@pytest.mark.parametrize("login", ["web", "worker", "owner"])
def test_attack_no_login_changes_the_tree(grown: House, login: str) -> None:
    # The owner may raise the epoch, while no process of ours runs (test_sequencing.py).
    functions = [one for one in FUNCTIONS if login != "owner" or "raise_epoch" not in one]
    with grown.session(login) as session, session.cursor() as cursor:
        for statement in [*functions, *(one for table in TABLES for one in changes(table))]:
            with pytest.raises(InsufficientPrivilege):
                cursor.execute(statement)


def test_attack_even_the_logs_owner_changes_nothing(grown: House) -> None:
    """A migration login that took the log's role by hand meets triggers and guard. It may insert rows that no
    round made, which is found (test_verifying.py).
    """
    with grown.session("owner") as owner, owner.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        for statement in (one for table in TABLES for one in changes(table)[1:]):
            with pytest.raises(RestrictViolation):
                cursor.execute(statement)


def test_attack_the_web_login_asks_for_no_round(house: House) -> None:
    write(house)
    with pytest.raises(InsufficientPrivilege):
        house.ask("select * from log.sequence(10)", login="web")
    with pytest.raises(InsufficientPrivilege):
        house.ask("insert into log.checkpoint (size, note) values (1, 'a')", login="web")


def test_attack_a_search_path_of_the_workers_own_steers_no_round(house: House) -> None:
    """Objects of the same names in its temporary schema, which a definer function must not pick up."""
    ids = write(house, 2)
    with house.session("worker") as worker, worker.cursor() as cursor:
        cursor.execute(
            "create temporary table head (like log.head); create temporary table leaf (like log.leaf);"
            " create function pg_temp.sha256(bytea) returns bytea language sql as 'select $1';"
            " set search_path = pg_temp, log, public"
        )
        cursor.execute("select * from log.sequence(10)")
    assert leaves(house) == ids


def test_attack_one_note_for_each_size_for_ever(house: House) -> None:
    write(house)
    sequence()
    house.ask("insert into log.checkpoint (size, note) values (1, 'first')", login="worker")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        house.ask("insert into log.checkpoint (size, note) values (1, 'second')", login="worker")
    with pytest.raises(InsufficientPrivilege):  # nor does anybody choose when it was
        house.ask("insert into log.checkpoint (size, note, at) values (1, 'a', '2020-01-01')", login="worker")
