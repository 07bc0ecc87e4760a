"""What every provider of root keys must do: one set of tests, inherited by each provider's own class.

    class TestFile(ProviderContract):
        @pytest.fixture
        def root(self, tmp_path): return FileProvider(tmp_path)
        ...

`root` is an empty provider; `again` is the same keys seen by another process; `down` takes away what is
behind it and brings it back.
"""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

import pytest

from vault.crypto.errors import SealBroken
from vault.keys.errors import ProviderDown
from vault.keys.providers.base import CompartmentKey, KeyProvider, WrappedCompartmentKey


def new_key() -> CompartmentKey:
    return CompartmentKey(secrets.randbelow(2**53 - 1) + 1, uuid4(), secrets.token_bytes(32))


def wrapped(
    key: CompartmentKey,
    version: int,
    data: bytes,
    *,
    key_id: int | None = None,
    compartment: UUID | None = None,
) -> WrappedCompartmentKey:
    return WrappedCompartmentKey(key_id or key.key_id, compartment or key.compartment, version, data)


class ProviderContract:
    """Inherit, and give the fixtures `root`, `again` and `down`."""

    def test_it_begins_without_a_version_and_numbers_rise(self, root: KeyProvider) -> None:
        assert root.versions() == []
        made = [root.create_version() for _ in range(3)]
        assert made == sorted(set(made))
        assert made[0] >= 1
        assert root.versions() == made

    def test_what_is_wrapped_comes_back_in_order_and_in_another_process(
        self, root: KeyProvider, again: Callable[[], KeyProvider]
    ) -> None:
        version, keys = root.create_version(), [new_key() for _ in range(5)]
        data = root.wrap_many(version, keys)
        assert len(set(data)) == 5
        assert all(48 <= len(one) <= 4096 for one in data)  # what the keyring holds
        asked = [wrapped(key, version, one) for key, one in zip(keys, data, strict=True)]
        assert again().unwrap_many(asked) == [key.secret for key in keys]
        assert again().versions() == [version]
        assert root.unwrap_many([]) == []

    def test_older_versions_open_until_they_are_destroyed(self, root: KeyProvider) -> None:
        key, first = new_key(), root.create_version()
        [data] = root.wrap_many(first, [key])
        second = root.create_version()
        assert root.unwrap_many([wrapped(key, first, data)]) == [key.secret]
        root.destroy_version(first)
        root.destroy_version(first)  # a killed job asks again
        assert root.versions() == [second]
        with pytest.raises(SealBroken):
            root.unwrap_many([wrapped(key, first, data)])
        with pytest.raises(SealBroken):
            root.unwrap_many([wrapped(key, second, data)])

    def test_a_number_is_never_given_twice(self, root: KeyProvider, again: Callable[[], KeyProvider]) -> None:
        first, second = root.create_version(), root.create_version()
        root.destroy_version(first)
        assert again().create_version() > second

    def test_a_house_that_comes_from_elsewhere_goes_on_above_its_numbers(
        self, root: KeyProvider, again: Callable[[], KeyProvider]
    ) -> None:
        made = root.create_version(above=3)
        assert made > 3
        assert root.versions() == [made]
        key = new_key()
        [data] = root.wrap_many(made, [key])
        later = again().create_version(above=made)
        root.destroy_version(made)
        assert again().versions() == [later]
        with pytest.raises(SealBroken):
            root.unwrap_many([wrapped(key, made, data)])

    def test_the_newest_version_is_not_destroyed(self, root: KeyProvider) -> None:
        version = root.create_version()
        with pytest.raises(ValueError, match="newest"):
            root.destroy_version(version)
        assert root.versions() == [version]

    def test_a_wrapped_key_opens_for_its_own_key_and_compartment_alone(self, root: KeyProvider) -> None:
        key, version = new_key(), root.create_version()
        [data] = root.wrap_many(version, [key])
        changed = data[:-1] + bytes([data[-1] ^ 1])
        for false in (
            wrapped(key, version, data, key_id=key.key_id ^ 1 or 2),
            wrapped(key, version, data, compartment=uuid4()),
            wrapped(key, version, changed),
            wrapped(key, version, data[:-1]),
        ):
            with pytest.raises(SealBroken):
                root.unwrap_many([wrapped(key, version, data), false])

    def test_a_wrap_of_one_version_does_not_pass_as_that_of_another(self, root: KeyProvider) -> None:
        key, first = new_key(), root.create_version()
        second = root.create_version()
        [data] = root.wrap_many(first, [key])
        with pytest.raises(SealBroken):
            root.unwrap_many([wrapped(key, second, data)])

    def test_two_wraps_that_were_swapped_do_not_open(self, root: KeyProvider) -> None:
        keys, version = [new_key(), new_key()], root.create_version()
        one, other = root.wrap_many(version, keys)
        for key, data in ((keys[0], other), (keys[1], one)):
            with pytest.raises(SealBroken):
                root.unwrap_many([wrapped(key, version, data)])

    @pytest.mark.parametrize(
        "data", [bytes(70), b"vault:v1:AAAA", b"\xff" * 184, b"vault:v1:" + b"QUJD" * 30]
    )
    def test_what_another_provider_made_does_not_open(self, root: KeyProvider, data: bytes) -> None:
        version = root.create_version()
        with pytest.raises(SealBroken):
            root.unwrap_many([wrapped(new_key(), version, data)])

    def test_many_at_once(self, root: KeyProvider) -> None:
        keys, version = [new_key() for _ in range(30)], root.create_version()
        data = root.wrap_many(version, keys)
        asked = [wrapped(key, version, one) for key, one in zip(keys, data, strict=True)]
        assert root.unwrap_many(asked) == [key.secret for key in keys]

    def test_threads_do_not_mix_up_their_keys(self, root: KeyProvider) -> None:
        version = root.create_version()

        def both_ways(_: int) -> bool:
            key = new_key()
            [data] = root.wrap_many(version, [key])
            return root.unwrap_many([wrapped(key, version, data)]) == [key.secret]

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(both_ways, range(24)))

    def test_two_who_make_a_version_at_once_both_have_one_that_works(
        self, root: KeyProvider, again: Callable[[], KeyProvider]
    ) -> None:
        with ThreadPoolExecutor(2) as threads:
            made = list(threads.map(lambda one: one.create_version(), [root, again()]))
        assert set(made) <= set(root.versions())
        for version in made:
            key = new_key()
            [data] = again().wrap_many(version, [key])
            assert root.unwrap_many([wrapped(key, version, data)]) == [key.secret]

    def test_down_is_said_so_and_it_works_again_without_a_restart(
        self, root: KeyProvider, down: Callable[[], AbstractContextManager[None]]
    ) -> None:
        key, version = new_key(), root.create_version()
        [data] = root.wrap_many(version, [key])
        with down():
            for ask in (
                lambda: root.unwrap_many([wrapped(key, version, data)]),
                lambda: root.wrap_many(version, [new_key()]),
            ):
                with pytest.raises(ProviderDown):
                    ask()
        assert root.unwrap_many([wrapped(key, version, data)]) == [key.secret]
        assert root.versions() == [version]
