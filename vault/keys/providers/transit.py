"""Root keys in the Transit engine of OpenBao or HashiCorp Vault, through its documented HTTP interface.

One Transit key of type aes256-gcm96 holds all root versions: ours are its versions. A wrap is its ciphertext
(`vault:v1:…`); the binding goes along as `associated_data`, which the engine authenticates. To destroy a
version is to raise the lowest version that it keeps (`config`, then `trim`), so that they end from the oldest
up.
"""

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from vault.crypto.errors import SealBroken
from vault.keys.errors import ProviderDown
from vault.keys.providers.base import CompartmentKey, WrappedCompartmentKey
from vault.keys.providers.binding import binding
from vault.keys.providers.vaulthttp import NOT_FOUND, REFUSED_INPUT, VaultApi

KEY_TYPE = "aes256-gcm96"
_AT_ONCE = 500  # keys a request


class TransitProvider:
    """The versions of the Transit key `key` at `mount`."""

    name = "transit"

    def __init__(self, api: VaultApi, *, key: str, mount: str) -> None:
        self._api, self._mount, self._key = api, quote(mount.strip("/")), quote(key, safe="")

    def versions(self) -> list[int]:
        state = self._state()
        return [] if state is None else _kept(state)

    def create_version(self, *, above: int = 0) -> int:
        """The engine numbers by itself, one by one: for a house that comes from elsewhere it rotates past the
        number that this brings. What was passed wraps nothing and is dropped: the oldest must end first."""
        if self._state() is None:
            self._ask("POST", f"keys/{self._key}", {"type": KEY_TYPE})
        else:
            self._ask("POST", f"keys/{self._key}/rotate", {})
        newest = max(self.versions())
        while newest <= above:
            self._ask("POST", f"keys/{self._key}/rotate", {})
            newest += 1
            if newest > above:
                self._keep_from(newest)
        return newest

    def destroy_version(self, version: int) -> None:
        """Raises ValueError, too, while an older version is kept: the engine ends them from the oldest up."""
        kept = self.versions()
        if kept and version == max(kept):
            raise ValueError("the newest root version is not destroyed: keys may hang from it")
        if version not in kept:
            return
        if version != min(kept):
            raise ValueError("Transit destroys root versions from the oldest up")
        self._keep_from(min(one for one in kept if one > version))

    def wrap_many(self, version: int, keys: Sequence[CompartmentKey]) -> list[bytes]:
        items = [
            {
                "plaintext": _text(key.secret),
                "associated_data": _text(binding(key.key_id, key.compartment, version)),
                "key_version": version,
            }
            for key in keys
        ]
        results = self._batched("encrypt", items)
        if any(not _made_by(version, result.get("ciphertext")) for result in results):
            raise ProviderDown("Transit could not wrap under the root version in force")
        return [result["ciphertext"].encode("ascii") for result in results]

    def unwrap_many(self, keys: Sequence[WrappedCompartmentKey]) -> list[bytes]:
        items = []
        for key in keys:
            ciphertext = key.wrapped.decode("ascii", errors="replace")
            if not _made_by(key.root_version, ciphertext):
                raise SealBroken
            bound = binding(key.key_id, key.compartment, key.root_version)
            items.append({"ciphertext": ciphertext, "associated_data": _text(bound)})
        return [_secret(result) for result in self._batched("decrypt", items)]

    def _keep_from(self, lowest: int) -> None:
        limits = {"min_decryption_version": lowest, "min_encryption_version": lowest}
        self._ask("POST", f"keys/{self._key}/config", limits)
        self._ask("POST", f"keys/{self._key}/trim", {"min_available_version": lowest})

    def _state(self) -> Mapping[str, Any] | None:
        status, answer = self._api.call("GET", f"{self._mount}/keys/{self._key}")
        if status == NOT_FOUND:
            return None
        state: Mapping[str, Any] = _data(answer)
        if state.get("type") != KEY_TYPE:
            raise ProviderDown(f"the Transit key is not of type {KEY_TYPE}")
        return state

    def _batched(self, verb: str, items: Sequence[Mapping[str, object]]) -> list[Mapping[str, Any]]:
        results: list[Mapping[str, Any]] = []
        for at in range(0, len(items), _AT_ONCE):
            part = items[at : at + _AT_ONCE]
            answer = self._ask("POST", f"{verb}/{self._key}", {"batch_input": part}, batch=True)
            found = _data(answer).get("batch_results")
            if not isinstance(found, list) or len(found) != len(part):
                raise ProviderDown("Transit answered another number of keys than it was asked for")
            results += found
        return results

    def _ask(self, method: str, path: str, body: object, *, batch: bool = False) -> Mapping[str, Any]:
        """A batch with items that the engine refuses comes as status 400 with the results of each."""
        status, answer = self._api.call(method, f"{self._mount}/{path}", body)
        if status == NOT_FOUND or (status == REFUSED_INPUT and not (batch and "data" in answer)):
            raise ProviderDown(f"Transit refuses the request (status {status})")
        return answer


def _kept(state: Mapping[str, Any]) -> list[int]:
    try:
        lowest = max(int(state.get("min_decryption_version", 1)), int(state.get("min_available_version", 0)))
        return sorted(number for number in map(int, state["keys"]) if number >= lowest)
    except (KeyError, TypeError, ValueError):
        raise ProviderDown("Transit describes its key in a way that is not documented") from None


def _data(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    data = answer.get("data")
    if not isinstance(data, dict):
        raise ProviderDown("Transit answered without data")
    return data


def _made_by(version: int, ciphertext: object) -> bool:
    return isinstance(ciphertext, str) and ciphertext.startswith(f"vault:v{version}:")


def _secret(result: Mapping[str, Any]) -> bytes:
    if result.get("error") or "plaintext" not in result:
        raise SealBroken
    try:
        return b64decode(result["plaintext"], validate=True)
    except (BadBase64, TypeError, ValueError):
        raise SealBroken from None


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")
