"""A new passkey signs by an algorithm that was asked for (Web Authentication, 7.1), with a key that is not
short."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256K, RS1, RS256, CoseKey, EdDSA

from tests.people.passkeys.device import Device, add_passkey

pytestmark = pytest.mark.django_db
Kind = tuple[type[CoseKey], Callable[[], Any]]
WEAK: dict[str, Kind] = {
    "signatures over SHA-1": (RS1, lambda: rsa.generate_private_key(65537, 2048)),
    "a curve of no standard": (ES256K, lambda: ec.generate_private_key(ec.SECP256K1())),
    "a short key": (RS256, lambda: rsa.generate_private_key(65537, 1024)),
}
STRONG: dict[str, Kind] = {
    "RSA": (RS256, lambda: rsa.generate_private_key(65537, 2048)),
    "Ed25519": (EdDSA, ed25519.Ed25519PrivateKey.generate),
}


def made(ming: Client, person: Any, kind: Kind) -> bool:
    cose, key = kind
    add_passkey(ming, Device(kind=cose, key=key()))
    return Authenticator.objects.filter(user=person, type="webauthn").exists()


@pytest.mark.parametrize("name", WEAK)
def test_attack_a_new_passkey_of_a_weak_kind(ming: Client, people: SimpleNamespace, name: str) -> None:
    assert not made(ming, people.ming, WEAK[name])


@pytest.mark.parametrize("name", STRONG)
def test_others_than_the_usual_one_are_taken(ming: Client, people: SimpleNamespace, name: str) -> None:
    assert made(ming, people.ming, STRONG[name])


def test_nothing_weak_is_asked_for(ming: Client) -> None:
    asked = ming.post(reverse("people:passkey_options")).json()["publicKey"]["pubKeyCredParams"]
    numbers = {one["alg"] for one in asked}
    assert -7 in numbers  # ES256, which nearly every device makes
    assert not numbers & {ES256K.ALGORITHM, RS1.ALGORITHM}
