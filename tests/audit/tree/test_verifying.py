"""Invariant 4: what a superuser does to the log behind its tree is found, and the first bad entry is named.

Each attack runs in a transaction of the superuser's in which nothing refuses changes any more.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.utils.translation import override
from psycopg2.extensions import cursor as Cursor

from audit.tree.sequencing import sequence
from audit.tree.verifying import verify_tree
from audit.verify import Report
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import leaves, write

EDIT = "update log.entry set leaf = convert_to('{{\"id\":\"other\"}}', 'UTF8') where id = '{}'"
REHASH = "update log.leaf l set hash = sha256('\\x00'::bytea || e.leaf) from log.entry e where e.id = l.entry"
RETILE = """
update log.tile set data = log.hashes(0, 0, 256), root = log.root_of(log.hashes(0, 0, 256))
where level = 0 and index = 0
"""
REROOT = "update log.head set root = log.root_at(size)"
SIZE = 600  # two full tiles and a partial one, under heads of 1, 300 and 600


@pytest.fixture
def entries(house: House) -> list[UUID]:
    for count in (1, 299, 300):
        write(house, count)
        sequence()
    return leaves(house)


@pytest.fixture
def tampering(house: House, entries: list[UUID]) -> Iterator[Cursor]:
    with house.session(autocommit=False) as superuser, superuser.cursor() as cursor:
        cursor.execute("drop schema if exists guard cascade")
        cursor.execute(
            "select oid::regclass::text from pg_class where relnamespace = 'log'::regnamespace"
            " and relkind in ('r', 'p')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"alter table {table} disable trigger user")
        yield cursor
        superuser.rollback()


@pytest.fixture
def found(tampering: Cursor) -> Callable[..., list[tuple[str, int, str]]]:
    """(entry, leaf, what) of each problem that the statements leave, in the order in which they are told."""

    def run(*statements: str) -> list[tuple[str, int, str]]:
        for statement in statements:
            tampering.execute(statement)
        report = Report()
        with override("en"):
            verify_tree(tampering.connection, report)
        return [(one.entry, one.seq, one.what) for one in report.oldest_problems()]

    return run


def test_an_untouched_tree_is_sound(house: House, entries: list[UUID]) -> None:
    report = Report()
    with house.session("web", autocommit=False) as web:
        verify_tree(web, report)
    assert report.sound
    assert (report.leaves, report.roots) == (600, 3)


CHANGED = "the entry is not the one that went into the tree"
NOT_IN_TILE = "the leaf is not the one in its tile"


def otherwise(first: int, last: int) -> str:
    return f"the tree's root says otherwise: one of the leaves {first} to {last} was changed"


def test_i4_an_edited_entry(found: Callable[..., object], entries: list[UUID]) -> None:
    assert found(EDIT.format(entries[7])) == [(str(entries[7]), 7, CHANGED)]


def test_i4_an_edited_entry_with_its_leaf_hash(found: Callable[..., object], entries: list[UUID]) -> None:
    assert found(EDIT.format(entries[7]), REHASH) == [(str(entries[7]), 7, NOT_IN_TILE)]


def test_i4_in_the_last_tile_the_root_says_it(found: Callable[..., object], entries: list[UUID]) -> None:
    assert found(EDIT.format(entries[599]), REHASH) == [(str(entries[300]), 300, otherwise(300, 599))]


def test_i4_an_edited_entry_with_leaf_and_tile(found: Callable[..., object], entries: list[UUID]) -> None:
    told = found(EDIT.format(entries[0]), REHASH, RETILE)
    assert told == [(str(entries[0]), 0, otherwise(0, 0))]


def test_i4_with_every_hash_rewritten_nothing_inside_is_left_to_tell(
    found: Callable[..., object], entries: list[UUID]
) -> None:
    """Why checkpoints are kept outside: the newest of them has another root at that size."""
    assert found(EDIT.format(entries[0]), REHASH, RETILE, REROOT) == []


def test_i4_a_deleted_entry(found: Callable[..., object], entries: list[UUID]) -> None:
    told = found(f"delete from log.entry where id = '{entries[7]}'")
    assert told == [(str(entries[7]), 7, "the entry is gone; the tree holds its hash")]


def test_i4_a_deleted_entry_with_its_leaf(found: Callable[..., object], entries: list[UUID]) -> None:
    gone = entries[7]
    told = found(f"delete from log.entry where id = '{gone}'", f"delete from log.leaf where entry = '{gone}'")
    assert told == [("", 7, "leaves are gone (1), the first of them number 7")]


def test_i4_deleted_at_the_end_with_leaf_and_head(
    found: Callable[..., list[tuple[str, int, str]]], entries: list[UUID]
) -> None:
    """The entries that the superuser leaves behind name themselves."""
    told = found("delete from log.leaf where index >= 500")
    assert (str(entries[500]), "the entry is not in the tree, which goes on beyond it") in {
        (entry, what) for entry, _, what in told
    }
    assert ("", 512, "leaves are gone (88), the first of them number 512") in told


def test_i4_reordered_leaves(found: Callable[..., list[tuple[str, int, str]]], entries: list[UUID]) -> None:
    told = found(
        "update log.leaf set index = 1000 + 11 - index where index in (5, 6)",
        "update log.leaf set index = index - 1000 where index >= 1000",
    )
    assert (str(entries[5]), 6, "the entry stands at another place than its transaction says") in told
    assert (str(entries[6]), 5, NOT_IN_TILE) in told


def test_i4_an_entry_put_in_with_an_older_transaction(
    found: Callable[..., object], entries: list[UUID]
) -> None:
    columns = "at, xact, writer, link, epoch, action, purpose, reason, result, object_type, subjects, fields"
    columns += ", keys, leaf"
    told = found(
        f"insert into log.entry (id, seq, {columns}) select '{UUID(int=7)}', seq + 1000, {columns}"
        f" from log.entry where id = '{entries[3]}'"
    )
    assert told == [(str(UUID(int=7)), SIZE, "the entry is not in the tree, which goes on beyond it")]


def test_i4_a_leaf_put_in_behind_the_head(found: Callable[..., object], entries: list[UUID]) -> None:
    told = found(f"insert into log.leaf select 600, '{UUID(int=7)}', now(), sha256('')")
    assert told == [(str(UUID(int=7)), 600, "a leaf that no head covers")]


def test_i4_a_truncated_log(found: Callable[..., list[tuple[str, int, str]]], entries: list[UUID]) -> None:
    told = found("truncate log.entry")
    assert {(entry, what) for entry, _, what in told} >= {
        (str(one), "the entry is gone; the tree holds its hash") for one in sorted(entries)[:20]
    }


def test_i4_truncated_leaves_and_tiles(
    found: Callable[..., list[tuple[str, int, str]]], entries: list[UUID]
) -> None:
    whats = {what for _, _, what in found("truncate log.leaf, log.tile")}
    assert "leaves are gone (256), the first of them number 0" in whats
    assert "tile 1 of level 0 is gone" in whats


def test_i4_a_rewritten_tile(found: Callable[..., list[tuple[str, int, str]]], entries: list[UUID]) -> None:
    told = found("update log.tile set root = sha256('') where index = 1")
    assert told == [("", 0, "tile 1 of level 0 has another root than its hashes")]
    told = found("insert into log.tile select 0, 2, data, root from log.tile where index = 0")
    assert ("", SIZE, "tile 2 of level 0 is there too early") in told


def test_i4_a_rewritten_head(found: Callable[..., object], entries: list[UUID]) -> None:
    assert found("update log.head set root = sha256('') where size = 300") == [
        (str(entries[1]), 1, otherwise(1, 299))
    ]
