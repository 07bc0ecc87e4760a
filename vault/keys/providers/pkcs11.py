"""Root keys in a hardware security module, through PKCS#11 (OASIS, version 2.40).

Each root version is an AES-256 key that the module made and never gives out (CKA_EXTRACTABLE false,
CKA_SENSITIVE true). A wrap is nonce 12 ‖ AES-256-GCM ciphertext 32 ‖ tag 16 (CKM_AES_GCM), with the binding
as associated data; the nonce is ours and random (NIST SP 800-38D, 8.2.2: 2^32 wraps a version, and a house
makes one a compartment). C_WrapKey would not do: its mechanisms that SoftHSM and most modules offer take no
associated data.

One session a process, one call at a time: the keys of compartments are cached, so that pages seldom ask.
PKCS#11 knows no time limits; the module's own configuration has them. A session that was lost (token removed,
module restarted, process forked) is opened anew once a call, then the provider is down.
"""

import os
import secrets
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, cast

import pkcs11
from pkcs11 import (
    Attribute,
    GCMParams,
    KeyType,
    Mechanism,
    MechanismFlag,
    ObjectClass,
    Session,
)
from pkcs11.exceptions import PKCS11Error

from vault.crypto.errors import SealBroken
from vault.keys.errors import ProviderDown
from vault.keys.providers.base import CompartmentKey, WrappedCompartmentKey
from vault.keys.providers.binding import binding
from vault.keys.providers.pause import Pause

T = TypeVar("T")
_NONCE, _TAG = 12, 16
_TRIES = 5
_USES = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT
_NEVER_OUT = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}


class _Turn:
    """A module is initialised once a process, whoever uses it. A forked child takes no lock along that
    another thread of its parent held."""

    def __init__(self) -> None:
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self.lock = threading.RLock()


_turn = _Turn()


class _RootKey(Protocol):
    """What a token's AES key can do; the library adds these to its objects as the token allows."""

    def encrypt(self, data: bytes, **mechanism: Any) -> bytes: ...
    def decrypt(self, data: bytes, **mechanism: Any) -> bytes: ...
    def destroy(self) -> None: ...


class _NoKeyError(Exception):
    """The token lacks that version."""


class Pkcs11Provider:
    """Keys labelled `<label>-<version>` in one token. `pin` is read at each login: it may be changed."""

    name = "pkcs11"

    def __init__(
        self, *, module: str, token: str, pin: Callable[[], str], label: str, pause: float = 2.0
    ) -> None:
        self._module, self._token, self._pin, self._label = module, token, pin, label
        self._session: Session | None = None
        self._process = 0
        self._pause = Pause(pause)

    def versions(self) -> list[int]:
        return self._ask(lambda session: sorted(self._versions(session)), anew=True)

    def create_version(self, *, above: int = 0) -> int:
        return self._ask(lambda session: self._create(session, above), anew=True)

    def destroy_version(self, version: int) -> None:
        def destroy(session: Session) -> None:
            found = self._versions(session)
            if found and version == max(found):
                raise ValueError("the newest root version is not destroyed: keys may hang from it")
            for key in self._keys(session, version):
                key.destroy()

        self._ask(destroy, anew=True)

    def wrap_many(self, version: int, keys: Sequence[CompartmentKey]) -> list[bytes]:
        def wrap(session: Session) -> list[bytes]:
            root = self._key(session, version)
            return [
                (nonce := secrets.token_bytes(_NONCE))
                + root.encrypt(key.secret, **_gcm(nonce, binding(key.key_id, key.compartment, version)))
                for key in keys
            ]

        try:
            return self._ask(wrap)
        except _NoKeyError:
            raise ProviderDown("the token lacks the root version in force") from None

    def unwrap_many(self, keys: Sequence[WrappedCompartmentKey]) -> list[bytes]:
        if not keys:
            return []
        try:
            return self._ask(lambda session: [self._unwrap(session, key) for key in keys])
        except _NoKeyError:
            if not self.versions():
                raise ProviderDown("the token holds no root key of this house") from None
            raise SealBroken from None

    def _unwrap(self, session: Session, key: WrappedCompartmentKey) -> bytes:
        nonce, sealed = key.wrapped[:_NONCE], key.wrapped[_NONCE:]
        if len(sealed) != 32 + _TAG:
            raise SealBroken
        root = self._key(session, key.root_version)
        bound = binding(key.key_id, key.compartment, key.root_version)
        try:
            secret = root.decrypt(sealed, **_gcm(nonce, bound))
        except PKCS11Error:
            # Modules differ in what they call a wrong tag (SoftHSM: CKR_GENERAL_ERROR). If the same key opens
            # what it seals now, the bytes were to blame; else this raises again, and the module was.
            root.decrypt(root.encrypt(bytes(32), **_gcm(nonce, _TRIAL)), **_gcm(nonce, _TRIAL))
            raise SealBroken from None
        return secret

    def _create(self, session: Session, above: int) -> int:
        """Whoever finds another's key of the same number beside its own takes its own back: of two who make a
        version at once, one at most keeps it."""
        for _ in range(_TRIES):
            version = max([above, *self._versions(session)]) + 1
            made = session.generate_key(
                KeyType.AES,
                256,
                id=version.to_bytes(8),
                label=f"{self._label}-{version}",
                store=True,
                capabilities=_USES,
                template=_NEVER_OUT,
            )
            if len(self._keys(session, version)) == 1:
                return version
            made.destroy()
        raise ProviderDown("somebody else makes root versions in this token")

    def _versions(self, session: Session) -> set[int]:
        start = f"{self._label}-"
        labels = [str(key[Attribute.LABEL]) for key in session.get_objects(_AES)]
        numbers = [label.removeprefix(start) for label in labels if label.startswith(start)]
        return {int(number) for number in numbers if number.isdecimal()}

    def _keys(self, session: Session, version: int) -> list[_RootKey]:
        found = session.get_objects({**_AES, Attribute.LABEL: f"{self._label}-{version}"})
        return [cast("_RootKey", key) for key in found]

    def _key(self, session: Session, version: int) -> _RootKey:
        found = self._keys(session, version)
        if not found:
            raise _NoKeyError
        return found[0]

    def _ask(self, ask: Callable[[Session], T], *, anew: bool = False) -> T:
        """Ask the token, in a new session where the one at hand fails or lacks a key: a token that was taken
        out looks empty to an old session."""
        with self._pause.asking(), _turn.lock:
            if not anew and self._session is not None and self._process == os.getpid():
                try:
                    return ask(self._session)
                except (PKCS11Error, _NoKeyError):
                    self._session = None
            try:
                return ask(self._open())
            except PKCS11Error as error:
                self._session = None
                raise ProviderDown(f"the PKCS#11 module answers {type(error).__name__}") from None

    def _open(self) -> Session:
        try:
            library = pkcs11.lib(self._module)
            library.reinitialize()
            token = library.get_token(token_label=self._token)
            self._session = token.open(rw=True, user_pin=self._pin())
        except (OSError, RuntimeError) as error:
            raise ProviderDown(f"the PKCS#11 module is not to be had: {type(error).__name__}") from None
        self._process = os.getpid()
        return self._session


_AES = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.AES}
_TRIAL = b"SRtrial1"


def _gcm(nonce: bytes, bound: bytes) -> dict[str, Any]:
    return {"mechanism": Mechanism.AES_GCM, "mechanism_param": GCMParams(nonce, bound, 8 * _TAG)}
