"""Both cipher profiles: a module or a folder that imports `crypto_profile` runs each test under either.

What is sealed, indexed, searched, revealed, exported, imported, versioned, rotated and destroyed has to hold
under SM4-GCM and HMAC-SM3 as under AES-256-GCM and HMAC-SHA-256; what never meets a key runs once. A run that
names a profile (`CRYPTO_PROFILE=guomi make test ONLY=tests/vault`) runs everything once, under that one.
"""

import os
from typing import Any

import pytest
from django.conf import settings as house

from vault.crypto.suites import AES_256_GCM, PROFILES, SM4_GCM

NAMED = os.environ.get("CRYPTO_PROFILE")  # read before a test sets it


@pytest.fixture(autouse=True, params=[NAMED] if NAMED else sorted(PROFILES, reverse=True))
def crypto_profile(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The profile of new keys in this process and in those that the test starts."""
    monkeypatch.setenv("CRYPTO_PROFILE", request.param)
    settings.CRYPTO_PROFILE = request.param
    return str(request.param)


def own() -> int:
    """The suite of new keys."""
    return PROFILES[house.CRYPTO_PROFILE].suite


def other() -> int:
    """The suite that new keys do not get."""
    return AES_256_GCM if own() == SM4_GCM else SM4_GCM
