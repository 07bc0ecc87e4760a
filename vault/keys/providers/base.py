"""The interface to whatever holds the root keys (file, HSM, Transit, KMS)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CompartmentKey:
    """A compartment key that goes to the provider: `secret` is 32 bytes, the rest is bound to it."""

    key_id: int
    compartment: UUID
    secret: bytes

    def __repr__(self) -> str:
        return f"<CompartmentKey {self.key_id}>"


@dataclass(frozen=True, slots=True)
class WrappedCompartmentKey:
    """A compartment key as the keyring holds it, wrapped under `root_version`."""

    key_id: int
    compartment: UUID
    root_version: int
    wrapped: bytes


class KeyProvider(Protocol):
    """Wraps and unwraps compartment keys under a root key version that never leaves the provider.

    Both calls take many at once since a provider may be a network away. They raise
    `vault.keys.errors.ProviderDown` when it does not answer and `vault.crypto.errors.SealBroken`
    when wrapped bytes are not what this provider made for that key and compartment.
    """

    name: str

    def current_version(self) -> int:
        """The root key version that new compartment keys are wrapped under."""

    def wrap_many(self, keys: Sequence[CompartmentKey]) -> list[bytes]:
        """Wrap under the current version, in order."""

    def unwrap_many(self, keys: Sequence[WrappedCompartmentKey]) -> list[bytes]:
        """The 32-byte secrets, in order; all or an exception."""
