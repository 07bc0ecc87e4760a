"""Filters of the key page."""

from django import template

from vault.crypto.suites import SUITES
from vault.custody.words import provider_name

register = template.Library()
register.filter(provider_name)


@register.filter
def suite_name(number: int) -> str:
    """The algorithm that a suite's number stands for."""
    return SUITES[number].name if number in SUITES else str(number)

