"""Kinds of keys, and whatever holds the root key, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.crypto.keywrap import KeyKind

KIND_WORDS: dict[KeyKind, str | Promise] = {
    KeyKind.COMPARTMENT: pgettext_lazy("kind of key", "Compartment"),
    KeyKind.SUBJECT: pgettext_lazy("kind of key", "Record"),
    KeyKind.FILE: pgettext_lazy("kind of key", "File"),
    KeyKind.INDEX: pgettext_lazy("kind of key", "Search index"),
}

# Products have the same name in every language.
_PROVIDERS: dict[str, str | Promise] = {
    "file": _("key file"),
    "pkcs11": "HSM (PKCS#11)",
    "transit": "Transit",
    "awskms": "AWS KMS",
}


def provider_name(code: str) -> str | Promise:
    return _PROVIDERS.get(code, code)
