"""AWS KMS, against moto's server: another project's copy of the service, with real AES-GCM behind it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.vault.keys.providers.contract import ProviderContract
from vault.keys.providers.awskms import AwsKmsProvider

REGION = "cn-north-1"


class Kms:
    """moto keeps its keys while its server is stopped."""

    def __init__(self) -> None:
        self._port = 0
        self.prefix = ""

    def start(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self._server.start()
        self._port = self._server.get_host_and_port()[1]

    def stop(self) -> None:
        self._server.stop()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"


@pytest.fixture(scope="module")
def kms_server() -> Iterator[Kms]:
    running = Kms()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def kms(kms_server: Kms, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Kms:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    kms_server.prefix = f"house-{abs(hash(request.node.nodeid))}"
    return kms_server


def of_house(kms: Kms) -> AwsKmsProvider:
    return AwsKmsProvider(region=REGION, prefix=kms.prefix, endpoint=kms.address, pause=0)


class TestAwsKms(ProviderContract):
    @pytest.fixture
    def root(self, kms: Kms) -> AwsKmsProvider:
        return of_house(kms)

    @pytest.fixture
    def again(self, kms: Kms) -> Callable[[], AwsKmsProvider]:
        return lambda: of_house(kms)

    @pytest.fixture
    def down(self, kms: Kms) -> Callable[[], AbstractContextManager[None]]:
        @contextmanager
        def stopped() -> Iterator[None]:
            kms.stop()
            yield
            kms.start()

        return stopped

    def test_a_destroyed_version_is_on_its_way_to_deletion(self, root: AwsKmsProvider, kms: Kms) -> None:
        first, _ = root.create_version(), root.create_version()
        client = boto3.client("kms", region_name=REGION, endpoint_url=kms.address)
        key = client.describe_key(KeyId=f"alias/{kms.prefix}-{first}")["KeyMetadata"]["KeyId"]
        root.destroy_version(first)
        assert client.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
