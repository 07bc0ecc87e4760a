"""Filters of the key page."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vault.crypto.suites import SUITES

register = template.Library()
# Products have the same name in every language.
_PROVIDERS: dict[str, str | Promise] = {
    "file": _("key file"),
    "pkcs11": "HSM (PKCS#11)",
    "transit": "Transit",
    "awskms": "AWS KMS",
}


@register.filter
def suite_name(number: int) -> str:
    """The algorithm that a suite's number stands for."""
    return SUITES[number].name if number in SUITES else str(number)


@register.filter
def provider_name(code: str) -> str | Promise:
    """Whatever holds the root key, in words."""
    return _PROVIDERS.get(code, code)
