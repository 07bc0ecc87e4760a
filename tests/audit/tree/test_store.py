"""What is read from the tree: tiles, roots and proofs, the same as computed from all leaves."""

import pytest

from audit.merkle import hashing, proofs
from audit.merkle.tiles import width_at
from audit.tree import store
from audit.tree.sequencing import sequence
from tests.audit.tree.conftest import House

MANY = """
insert into log.entry (id, action, purpose, reason, result, object_type, subjects, fields, keys, leaf)
select gen_random_uuid(), 'client.list', '', '', 'done', 'client', '{}', '{}', '{}',
    convert_to('{"n":' || n || '}', 'UTF8')
from generate_series(1, %s) n
"""


def hashes(house: House) -> list[bytes]:
    """All leaf hashes, made of the entries in the tree's order."""
    rows = house.ask("select e.leaf from log.entry e join log.leaf l on l.entry = e.id order by l.index")
    return [hashing.leaf_hash(bytes(leaf)) for (leaf,) in rows]  # type: ignore[call-overload]


@pytest.fixture
def grown(house: House) -> list[bytes]:
    """A tree of 66,000 leaves, grown in rounds of several sizes: three levels of tiles."""
    for count in (1, 254, 1, 1, 300, 65_443):
        house.ask(MANY, count, login="worker")
        while (done := sequence()) is not None and done.is_full:
            pass
    return hashes(house)


def test_an_empty_log_has_no_tree(house: House) -> None:
    assert store.head() is None
    done = sequence()
    assert done is not None
    assert (done.added, done.size, done.root) == (0, 0, None)
    assert store.head() is None
    for read in (lambda: store.tile(0, 0, 1), lambda: store.root_at(1), lambda: store.inclusion(0, 1)):
        with pytest.raises(LookupError, match="there is no tree of 1"):
            read()


def test_a_tree_of_three_levels_of_tiles(house: House, grown: list[bytes]) -> None:
    _roots_are_those_over_all_entries(house, grown)
    _tiles_are_those_of_the_specification(grown)
    _proofs_verify(grown)


def _roots_are_those_over_all_entries(house: House, grown: list[bytes]) -> None:
    head = store.head()
    assert head is not None
    assert (head.size, head.root) == (66_000, hashing.root_of(grown))
    for size, root in house.ask("select size, root from log.head"):
        assert bytes(root) == hashing.root_of(grown[: int(size)])  # type: ignore[call-overload]
    for size in (1, 2, 255, 256, 257, 511, 513, 65_535, 65_536, 65_537, 66_000):
        assert store.root_at(size) == hashing.root_of(grown[:size])
    entries = house.ask("select entry, index from log.leaf where index in (0, 255, 256, 65999)")
    assert [store.index_of(entry) for entry, _ in entries] == [index for _, index in entries]  # type: ignore[arg-type]


def _tiles_are_those_of_the_specification(grown: list[bytes]) -> None:
    level, below = 0, grown
    while below:
        for index in {0, 1, len(below) // 256 - 1, len(below) // 256}:
            expected = b"".join(below[256 * index : 256 * (index + 1)])
            if index < 0 or not expected:
                continue
            assert store.tile(level, index, 66_000) == expected
            assert len(expected) == 32 * width_at(level, index, 66_000)
        below = [hashing.root_of(below[start : start + 256]) for start in range(0, len(below) - 255, 256)]
        level += 1
    assert level == 3
    assert store.tile(0, 1, 300) == b"".join(grown[256:300])
    for place in ((0, 258, 66_000), (3, 0, 66_000), (0, 2, 300), (-1, 0, 300), (0, -1, 300), (0, 0, 66_001)):
        with pytest.raises(LookupError):
            store.tile(*place)


def _proofs_verify(grown: list[bytes]) -> None:
    for index, size in ((0, 1), (0, 66_000), (65_999, 66_000), (255, 256), (256, 65_537), (40_000, 65_999)):
        proof = store.inclusion(index, size)
        assert proofs.verify_inclusion(grown[index], index, size, proof, hashing.root_of(grown[:size]))
    for old, new in ((1, 66_000), (255, 256), (256, 66_000), (65_536, 65_537), (555, 60_000)):
        proof = store.consistency(old, new)
        roots = [hashing.root_of(grown[:size]) for size in (old, new)]
        assert proofs.verify_consistency(old, roots[0], new, roots[1], proof)
    with pytest.raises(LookupError):
        store.inclusion(0, 66_001)
    with pytest.raises(LookupError):
        store.consistency(1, 66_001)
