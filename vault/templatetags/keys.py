"""Filters of the key page."""

from django import template
from django.utils.functional import Promise

from vault.crypto.keywrap import KeyKind
from vault.crypto.suites import SUITES
from vault.keys.inventory import COUNTED, SEAL_BOUND
from vault.keys.words import KIND_WORDS, provider_name

register = template.Library()
register.filter(provider_name)


@register.filter
def suite_name(number: int) -> str:
    """The algorithm that a suite's number stands for."""
    return SUITES[number].name if number in SUITES else str(number)


@register.filter
def kind_name(number: int) -> str | Promise:
    """What a key is for."""
    return KIND_WORDS[KeyKind(number)]


@register.filter
def counted(count: int) -> str:
    """A count that stops at a bound, with thousands set apart."""
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"


@register.filter
def thousands(count: int) -> str:
    return f"{count:,}"


@register.filter
def of_bound(seals: int) -> str:
    """How much of what a key may seal is granted, in hundredths, rounded up."""
    hundredths = -(-seals * 100 // SEAL_BOUND)
    return f"{hundredths} %" if hundredths > 1 else "< 1 %"
