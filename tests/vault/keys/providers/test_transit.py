"""Transit, against a local server of the documented interface (see transit_server)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.vault.keys.providers.contract import ProviderContract, new_key, wrapped
from tests.vault.keys.providers.transit_server import ROLE, SECRET, TransitServer
from vault.keys.errors import ProviderDown
from vault.keys.providers.transit import TransitProvider
from vault.keys.providers.vaulthttp import AppRole, VaultApi


@pytest.fixture
def server() -> Iterator[TransitServer]:
    running = TransitServer()
    running.start()
    yield running
    running.stop()


def of_house(server: TransitServer, auth: AppRole | None = None, *, pause: float = 0) -> TransitProvider:
    api = VaultApi(server.address, auth or (lambda: server.token), seconds=0.5, pause=pause)
    return TransitProvider(api, key="sealroom-root", mount="transit")


class TestTransit(ProviderContract):
    @pytest.fixture
    def root(self, server: TransitServer) -> TransitProvider:
        return of_house(server)

    @pytest.fixture
    def again(self, server: TransitServer) -> Callable[[], TransitProvider]:
        return lambda: of_house(server)

    @pytest.fixture
    def down(self, server: TransitServer) -> Callable[[], AbstractContextManager[None]]:
        @contextmanager
        def stopped() -> Iterator[None]:
            server.stop()
            yield
            server.start()

        return stopped

    @pytest.mark.parametrize("trouble", ["sealed", "forbidden", "slow", "truncated"])
    def test_every_trouble_of_the_server_is_down_and_passes(
        self, root: TransitProvider, server: TransitServer, trouble: str
    ) -> None:
        key, version = new_key(), root.create_version()
        [data] = root.wrap_many(version, [key])
        server.trouble = trouble
        with pytest.raises(ProviderDown):
            root.unwrap_many([wrapped(key, version, data)])
        with pytest.raises(ProviderDown):
            root.versions()
        server.trouble = ""
        assert root.unwrap_many([wrapped(key, version, data)]) == [key.secret]

    def test_a_key_that_is_gone_is_down_and_not_broken(
        self, root: TransitProvider, server: TransitServer
    ) -> None:
        key, version = new_key(), root.create_version()
        [data] = root.wrap_many(version, [key])
        server.keys.clear()
        with pytest.raises(ProviderDown):
            root.unwrap_many([wrapped(key, version, data)])

    def test_the_old_version_is_gone_from_the_server(
        self, root: TransitProvider, server: TransitServer
    ) -> None:
        first, second, third = (root.create_version() for _ in range(3))
        with pytest.raises(ValueError, match="oldest"):
            root.destroy_version(second)
        root.destroy_version(first)
        root.destroy_version(second)
        assert list(server.keys["sealroom-root"]["keys"]) == [third]

    def test_by_app_role_a_token_that_ran_out_is_renewed(self, server: TransitServer) -> None:
        root = of_house(server, AppRole(ROLE, lambda: SECRET))
        version = root.create_version()
        server.token = "s.second"
        assert len(root.wrap_many(version, [new_key()])) == 1

    def test_a_wrong_secret_is_down_and_names_no_secret(self, server: TransitServer) -> None:
        root = of_house(server, AppRole(ROLE, lambda: "not-the-secret"))
        with pytest.raises(ProviderDown) as failure:
            root.versions()
        assert "not-the-secret" not in str(failure.value)

    def test_a_server_in_trouble_is_not_hammered(self, server: TransitServer) -> None:
        root = of_house(server, pause=60)
        server.trouble = "sealed"
        for _ in range(50):
            with pytest.raises(ProviderDown):
                root.versions()
        assert server.calls == 2  # one call, tried once more
