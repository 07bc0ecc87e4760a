"""Whatever holds the root key, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Products have the same name in every language.
_PROVIDERS: dict[str, str | Promise] = {
    "file": _("key file"),
    "pkcs11": "HSM (PKCS#11)",
    "transit": "Transit",
    "awskms": "AWS KMS",
}


def provider_name(code: str) -> str | Promise:
    return _PROVIDERS.get(code, code)
