"""Root key providers. `KEY_PROVIDER` names the one in use."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from vault.keys.providers.base import KeyProvider
from vault.keys.providers.file import FileProvider


@cache
def provider() -> KeyProvider:
    """The provider in use. Raises ImproperlyConfigured for an unknown name."""
    if settings.KEY_PROVIDER != "file":
        raise ImproperlyConfigured(f"KEY_PROVIDER must be file; it is {settings.KEY_PROVIDER!r}.")
    return FileProvider(settings.KEYS_DIR)
