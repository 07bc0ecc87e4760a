"""A device with passkeys, in Python: it signs as Web Authentication says, or as an attacker would like."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from fido2.cose import ES256, CoseKey
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(frozen=True)
class Device:
    """One passkey. `origin`, `rp_id`, `flags` and `counter` are what it says when it signs."""

    handle: bytes = b""
    origin: str = ""
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    cross_origin: bool = False
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    kind: type[CoseKey] = ES256

    def but(self, **changed: Any) -> "Device":
        return replace(self, **changed)

    def made(self, options: dict[str, Any]) -> str:
        """Its answer to `navigator.credentials.create`."""
        public = cbor.encode(dict(self.kind.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + public
        data = self._data(self.flags | ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options)
        return self._json(clientDataJSON=said, attestationObject=attestation)

    def signed(self, options: dict[str, Any]) -> str:
        """Its answer to `navigator.credentials.get`."""
        said, data = self._said("webauthn.get", options), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._json(
            clientDataJSON=said, authenticatorData=data, signature=signature, userHandle=self.handle
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {
            "type": kind,
            "challenge": options["publicKey"]["challenge"],
            "origin": self.origin or settings.PUBLIC_ADDRESS,
            "crossOrigin": self.cross_origin,
        }
        return json.dumps(said).encode()

    def _json(self, **parts: bytes) -> str:
        own = websafe_encode(self.credential_id)
        response = {name: websafe_encode(part) for name, part in parts.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})


def options_for(client: Client, purpose: str) -> dict[str, Any]:
    """What the page's script is given to have signed."""
    answer = client.post(reverse("account_passkey_challenge"), {"for": purpose})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def add_passkey(client: Client, device: Device | None = None, name: str = "Phone") -> tuple[Device, Any]:
    """A new passkey of whoever is signed in and has just confirmed who they are; the device, and the page's
    answer."""
    asked = client.post(reverse("people:passkey_options")).json()
    handle = websafe_decode(asked["publicKey"]["user"]["id"])
    device = (device or Device()).but(handle=handle)
    typed = {"name": name, "credential": device.made(asked)}
    return device, client.post(reverse("people:passkey_add"), typed)


def come_in(client: Client, typed: str, **more: str) -> Any:
    """A whole sign-in by a passkey."""
    return client.post(reverse("account_passkey"), {"credential": typed, **more})
