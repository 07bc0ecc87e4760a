"""Settings of the root key provider (docs/operations.md, "Root keys"). Secrets come from files alone.

A secret is read when it is used, so that it can be renewed without a restart, and never held in the settings.
"""

import os

from config import env

# Secrets that may lie in a file only: an environment is shown by process lists, crash reports and containers.
FILE_ONLY = ("PKCS11_PIN", "TRANSIT_TOKEN", "TRANSIT_SECRET_ID")


def options(*providers: str) -> dict[str, str]:
    """The options of these providers, "" where one is not set; checked by `config.checks`. "" has none."""
    return {
        name: env.text(name, default)
        for provider in providers
        if provider
        for name, default in _OPTIONS[provider].items()
    }


def missing(provider: str, found: dict[str, str]) -> list[str]:
    """Names of the variables that this provider lacks."""
    lacking = [name for name in _NEEDED[provider] if not found[name]]
    if provider == "transit":
        by_role = found["TRANSIT_ROLE_ID"] and found["TRANSIT_SECRET_ID_FILE"]
        if not found["TRANSIT_TOKEN_FILE"] and not by_role:
            lacking.append("TRANSIT_TOKEN_FILE")
    return lacking


def exposed() -> list[str]:
    """Secrets that stand in the environment."""
    return [name for name in FILE_ONLY if os.environ.get(name)]


_OPTIONS: dict[str, dict[str, str]] = {
    "file": {},
    "pkcs11": {
        "PKCS11_MODULE": "",
        "PKCS11_TOKEN": "",
        "PKCS11_PIN_FILE": "",
        "PKCS11_LABEL": "sealroom-root",
    },
    "transit": {
        "TRANSIT_ADDRESS": "",
        "TRANSIT_MOUNT": "transit",
        "TRANSIT_KEY": "sealroom-root",
        "TRANSIT_CA_FILE": "",
        "TRANSIT_TOKEN_FILE": "",
        "TRANSIT_ROLE_ID": "",
        "TRANSIT_SECRET_ID_FILE": "",
    },
    "awskms": {"AWS_KMS_REGION": "", "AWS_KMS_PREFIX": "sealroom-root", "AWS_KMS_ENDPOINT": ""},
}
_NEEDED = {
    "file": (),
    "pkcs11": ("PKCS11_MODULE", "PKCS11_TOKEN", "PKCS11_PIN_FILE"),
    "transit": ("TRANSIT_ADDRESS",),
    "awskms": ("AWS_KMS_REGION",),
}
