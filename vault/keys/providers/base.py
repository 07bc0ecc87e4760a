"""The interface to whatever holds the root keys (file, HSM, Transit, KMS)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable
from uuid import UUID

# What AWS KMS waits before it deletes a key, at the least. Here, so that who asks need not load its library.
KMS_KEEPS = timedelta(days=7)


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
    """Wraps and unwraps compartment keys under versions of a root key that never leave the provider.

    Which version is in force is for the keyring to say: a provider has versions, numbered from 1 upwards,
    and a number is never used twice. Wrapping and unwrapping take many at once, since a provider may be a
    network away. Every call raises `vault.keys.errors.ProviderDown` when it does not answer or lacks the
    version to wrap under, and unwrapping raises `vault.crypto.errors.SealBroken` when wrapped bytes are not
    what this provider made for that key, compartment and version, or when that version is destroyed.
    """

    name: str

    def versions(self) -> list[int]:
        """The versions that can wrap and unwrap, rising; none before the first `create_version`."""

    def create_version(self, *, above: int = 0) -> int:
        """Make a new version and return its number once it would survive a crash.

        It is above all earlier ones, and above `above`: what another provider has numbered.
        """

    def destroy_version(self, version: int) -> None:
        """Destroy a version for good. To destroy what is not there is no error: a killed job asks again.

        Raises ValueError for the newest version, from which keys may hang.
        """

    def wrap_many(self, version: int, keys: Sequence[CompartmentKey]) -> list[bytes]:
        """Wrap under one version, in order."""

    def unwrap_many(self, keys: Sequence[WrappedCompartmentKey]) -> list[bytes]:
        """The 32-byte secrets, in order; all or an exception."""


@runtime_checkable
class ExportableProvider(KeyProvider, Protocol):
    """A provider that can give out its root keys, for the recovery copy. Those that cannot keep their own."""

    def export(self) -> dict[int, bytes]:
        """Version → 32-byte root key. It is about to be split among officers; nothing else may call this."""

    def restore(self, versions: dict[int, bytes]) -> None:
        """Put exported root keys in place. Raises FileExistsError where there are root keys already."""
