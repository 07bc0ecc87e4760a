"""Both cipher profiles: a module or a folder that imports `crypto_profile` runs each test under either.

What is sealed, indexed, searched, revealed, exported, imported, versioned, rotated and destroyed has to hold
under SM4-GCM and HMAC-SM3 as under AES-256-GCM and HMAC-SHA-256; what never meets a key runs once.
"""

from typing import Any

import pytest

from vault.crypto.suites import PROFILES


@pytest.fixture(autouse=True, params=sorted(PROFILES, reverse=True))
def crypto_profile(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The profile of new keys in this process and in those that the test starts."""
    monkeypatch.setenv("CRYPTO_PROFILE", request.param)
    settings.CRYPTO_PROFILE = request.param
    return str(request.param)
