"""A provider that is real, and a house that takes its word for a password."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from people.oidc import published
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.people.oidc.idp import CLIENT, SECRET

ROOT = Path(__file__).parents[3]
HERE = "http://localhost"  # PUBLIC_ADDRESS of the tests


def start(folder: Path, return_address: str) -> tuple[subprocess.Popen[str], str]:
    """The process and the provider's address, once it answers."""
    command = [sys.executable, "-m", "tests.people.oidc.idp", str(folder), return_address]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    assert port.isdigit()
    return process, f"http://127.0.0.1:{port}"


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(10)
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture(scope="session")
def idp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, address = start(tmp_path_factory.mktemp("idp"), f"{HERE}/account/identity/work/return/")
    yield address
    stop(process)


def table(code: str, issuer: str, *, client: str = CLIENT, secret: str = SECRET) -> str:
    """One provider as the operator writes it."""
    return (
        f'[{code}]\nname = "企业登录-{code}"\nname_en = "Company {code}"\nissuer = "{issuer}"\n'
        f'client_id = "{client}"\nclient_secret = "{secret}"\n'
    )


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What one test's provider published is not another's: their ports come again."""
    published._published.clear()
    published._keys.clear()


@pytest.fixture
def work(settings: Any, idp: str) -> str:
    """The house knows the provider, as `work`."""
    settings.PUBLIC_ADDRESS = HERE
    settings.OIDC_PROVIDERS = table("work", idp)
    return idp


@pytest.fixture
def ming(people: SimpleNamespace) -> Client:
    """ming's browser, just confirmed."""
    client = client_of(people.ming)
    confirm_identity(client)
    return client
