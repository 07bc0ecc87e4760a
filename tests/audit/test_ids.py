"""Identifiers."""

from hashlib import sha256

from audit.ids import uuid7, uuid8


def test_ids_made_later_sort_later() -> None:
    made = [uuid7() for _ in range(200)]
    times = [one.int >> 64 for one in made]  # what stands left of the random bits
    assert times == sorted(times)
    assert len(set(made)) == len(made)


def test_versions_and_variants_are_those_of_rfc_9562() -> None:
    for one, version in ((uuid7(), 7), (uuid8(sha256(b"x").digest()), 8)):
        assert one.int >> 76 & 0xF == version
        assert one.int >> 62 & 0b11 == 0b10
