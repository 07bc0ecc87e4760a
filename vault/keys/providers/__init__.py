"""Root key providers: `KEY_PROVIDER` names the one in use; `KEY_PROVIDER_BEFORE`, while a house moves, the
one that it leaves. `config/key_provider.py` reads their settings."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from vault.keys.inventory import root_versions
from vault.keys.providers.base import KMS_KEEPS, KeyProvider
from vault.keys.providers.file import FileProvider
from vault.keys.providers.moving import Moving


@cache
def provider() -> KeyProvider:
    """The provider in use. Raises ImproperlyConfigured for an unknown name, or where its library is missing.

    A library is loaded where its provider is used: the AWS one alone takes a second and 30 MB.
    """
    now = _made(settings.KEY_PROVIDER)
    if not settings.KEY_PROVIDER_BEFORE:
        return now
    return Moving(now, _made(settings.KEY_PROVIDER_BEFORE), holders=_holders)


def provider_of(version: int) -> KeyProvider:
    """Whoever holds this root version: while a house moves, that may still be the provider that it leaves."""
    found = provider()
    return found.holder(version) if isinstance(found, Moving) else found


def gives_out(name: str) -> bool:
    """Whether the provider of this name gives out its root keys, so that the house itself has to copy them.

    Asked of a root version's holder as the keyring has it, which need not be the one that the settings name.
    """
    return name == FileProvider.name


def keeps(name: str) -> timedelta:
    """How long the provider of this name can still bring back a root version that it was told to destroy."""
    return KMS_KEEPS if name == "awskms" else timedelta()


def _holders() -> Mapping[int, str]:
    return {root.id: root.provider for root in root_versions()}


def _made(name: str) -> KeyProvider:
    make = _MAKERS.get(name)
    if make is None:
        raise ImproperlyConfigured(f"A key provider is one of {', '.join(_MAKERS)}; not {name!r}.")
    try:
        return make(settings.KEY_PROVIDER_OPTIONS)
    except ImportError as error:
        raise ImproperlyConfigured(f"The key provider {name} needs {error.name}.") from None


def _file(_: Mapping[str, str]) -> KeyProvider:
    return FileProvider(settings.KEYS_DIR)


def _pkcs11(options: Mapping[str, str]) -> KeyProvider:
    from vault.keys.providers.pkcs11 import Pkcs11Provider  # noqa: PLC0415

    return Pkcs11Provider(
        module=options["PKCS11_MODULE"],
        token=options["PKCS11_TOKEN"],
        pin=_content(options["PKCS11_PIN_FILE"]),
        label=options["PKCS11_LABEL"],
    )


def _transit(options: Mapping[str, str]) -> KeyProvider:
    from vault.keys.providers.transit import TransitProvider  # noqa: PLC0415
    from vault.keys.providers.vaulthttp import AppRole, VaultApi  # noqa: PLC0415

    token = options["TRANSIT_TOKEN_FILE"]
    role = AppRole(options["TRANSIT_ROLE_ID"], _content(options["TRANSIT_SECRET_ID_FILE"]))
    ca = options["TRANSIT_CA_FILE"]
    api = VaultApi(
        options["TRANSIT_ADDRESS"], _content(token) if token else role, ca=Path(ca) if ca else None
    )
    return TransitProvider(api, key=options["TRANSIT_KEY"], mount=options["TRANSIT_MOUNT"])


def _awskms(options: Mapping[str, str]) -> KeyProvider:
    from vault.keys.providers.awskms import AwsKmsProvider  # noqa: PLC0415

    return AwsKmsProvider(
        region=options["AWS_KMS_REGION"],
        prefix=options["AWS_KMS_PREFIX"],
        endpoint=options["AWS_KMS_ENDPOINT"] or None,
    )


def _content(path: str) -> Callable[[], str]:
    return partial(_read, Path(path))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


_MAKERS: dict[str, Callable[[Mapping[str, str]], KeyProvider]] = {
    "file": _file,
    "pkcs11": _pkcs11,
    "transit": _transit,
    "awskms": _awskms,
}
