"""Two providers at once, while a house moves its root keys from one to the other.

The keyring says of each root version who holds it; that is asked once a version and never changes. New
versions are made at the new provider, above every number in use, so that a number means one key in the whole
house. The move itself is a rotation (vault.keys.rotation): it begins a version at the new provider, wraps
everything under it, and ends the version at the old one.
"""

from collections.abc import Callable, Mapping, Sequence

from vault.crypto.errors import SealBroken
from vault.keys.errors import ProviderDown
from vault.keys.providers.base import CompartmentKey, KeyProvider, WrappedCompartmentKey


class Moving:
    """The provider `new`, and the one `before` for what still hangs from its versions.

    `holders` tells version → name of its provider, as the keyring has it.
    """

    def __init__(
        self, new: KeyProvider, before: KeyProvider, *, holders: Callable[[], Mapping[int, str]]
    ) -> None:
        self.name = new.name
        self._new, self._before, self._ask_holders = new, before, holders
        self._holders: Mapping[int, str] = {}

    def versions(self) -> list[int]:
        return self._new.versions()

    def create_version(self, *, above: int = 0) -> int:
        return self._new.create_version(above=above)

    def destroy_version(self, version: int) -> None:
        """No provider destroys its newest version: the old one gets another first, which wraps nothing."""
        holder = self.holder(version)
        if holder is self._before and version == max(holder.versions(), default=0):
            holder.create_version()
        holder.destroy_version(version)

    def wrap_many(self, version: int, keys: Sequence[CompartmentKey]) -> list[bytes]:
        return self.holder(version).wrap_many(version, keys)

    def unwrap_many(self, keys: Sequence[WrappedCompartmentKey]) -> list[bytes]:
        at: dict[str, list[int]] = {}
        for place, key in enumerate(keys):
            at.setdefault(self.holder(key.root_version).name, []).append(place)
        secrets: dict[int, bytes] = {}
        for places in at.values():
            mine = [keys[place] for place in places]
            opened = self.holder(mine[0].root_version).unwrap_many(mine)
            secrets |= dict(zip(places, opened, strict=True))
        return [secrets[place] for place in range(len(keys))]

    def holder(self, version: int) -> KeyProvider:
        """Raises SealBroken for a version that the keyring does not know, ProviderDown if neither has it."""
        if version not in self._holders:
            self._holders = self._ask_holders()
        name = self._holders.get(version)
        if name is None:
            raise SealBroken
        for provider in (self._new, self._before):
            if provider.name == name:
                return provider
        raise ProviderDown(f"root version {version} is with {name}, which the settings do not name")
