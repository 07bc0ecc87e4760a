"""Each named constraint of the tree's tables refuses what it is named after."""

from uuid import UUID

import psycopg2
import pytest

from tests.audit.tree.conftest import House

ENTRY = f"'{UUID(int=1)}'"
HASH = "sha256('')"
GOOD = {
    "leaf": {"index": "0", "entry": ENTRY, "at": "now()", "hash": HASH},
    "tile": {"level": "0", "index": "0", "data": "decode(repeat('00', 8192), 'hex')", "root": HASH},
    "head": {"size": "1", "root": HASH, "epoch": "1", "xact": "'3'", "entry_at": "now()", "entry": ENTRY},
    "checkpoint": {"size": "1", "note": "'a'"},
}
BAD = [
    ("leaf", "leaf_index_from_zero", {"index": "-1"}),
    ("leaf", "leaf_hash_is_sha256", {"hash": "'\\x00'"}),
    ("tile", "tile_level_bounded", {"level": "8"}),
    ("tile", "tile_level_bounded", {"level": "-1"}),
    ("tile", "tile_index_from_zero", {"index": "-1"}),
    ("tile", "tile_is_full", {"data": "decode(repeat('00', 8160), 'hex')"}),
    ("tile", "tile_root_is_sha256", {"root": "''"}),
    ("head", "head_size_positive", {"size": "0"}),
    ("head", "head_root_is_sha256", {"root": "''"}),
    ("head", "head_epoch_positive", {"epoch": "0"}),
    ("checkpoint", "checkpoint_of_a_head", {"size": "2"}),
    ("checkpoint", "checkpoint_note_bounded", {"note": "''"}),
    ("checkpoint", "checkpoint_note_bounded", {"note": "repeat('a', 65536)"}),
]
TWICE = {"leaf": "leaf_0_pkey", "tile": "tile_pkey", "head": "head_pkey", "checkpoint": "checkpoint_pkey"}


def insert(house: House, *rows: tuple[str, dict[str, str]]) -> None:
    """As superuser, since no login of ours may insert most of them; the triggers are as they are."""
    with house.session(autocommit=False) as superuser, superuser.cursor() as cursor:
        for table, row in rows:
            cursor.execute(f"insert into log.{table} ({', '.join(row)}) values ({', '.join(row.values())})")


def test_what_is_well_formed_goes_in(house: House) -> None:
    insert(house, *GOOD.items())


def test_a_row_that_breaks_a_constraint_is_refused(house: House) -> None:
    for table, constraint, bad in BAD:
        before = [] if table == "head" else [("head", GOOD["head"])]
        with pytest.raises(psycopg2.IntegrityError) as caught:
            insert(house, *before, (table, GOOD[table] | bad))
        # A leaf of a negative index has no partition to be checked in.
        assert caught.value.diag.constraint_name == constraint or "no partition" in str(caught.value)


@pytest.mark.parametrize("table", TWICE)
def test_what_is_there_is_not_there_twice(house: House, table: str) -> None:
    with pytest.raises(psycopg2.errors.UniqueViolation) as caught:
        insert(house, *({"head": GOOD["head"], table: GOOD[table]}.items()), (table, GOOD[table]))
    assert caught.value.diag.constraint_name == TWICE[table]


def test_an_entry_has_one_leaf(house: House) -> None:
    with pytest.raises(psycopg2.errors.UniqueViolation) as caught:
        insert(house, ("leaf", GOOD["leaf"]), ("leaf", GOOD["leaf"] | {"index": "1"}))
    assert caught.value.diag.constraint_name == "leaf_0_entry"


def test_nothing_may_be_missing(house: House) -> None:
    for table, row in GOOD.items():
        for missing in row:
            rest = {name: value for name, value in row.items() if name != missing}
            with pytest.raises(psycopg2.IntegrityError):
                insert(house, (table, rest))
