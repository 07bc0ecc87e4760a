from types import SimpleNamespace

import pytest
from django.test import Client

from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.people.passkeys.device import Device, add_passkey


@pytest.fixture
def ming(people: SimpleNamespace) -> Client:
    """ming's browser, just confirmed."""
    client = client_of(people.ming)
    confirm_identity(client)
    return client


@pytest.fixture
def device(ming: Client) -> Device:
    """ming's phone, with a passkey."""
    made, _answer = add_passkey(ming)
    return made
