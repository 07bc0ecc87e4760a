"""The system account of a root run."""

import pytest

from config.embedded import account
from config.embedded.errors import StartError


def test_a_machine_without_useradd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "NAME", "sealroom-nobody-has-this")
    monkeypatch.setattr(account.shutil, "which", lambda *_, **__: None)
    with pytest.raises(StartError, match="useradd is missing: make a system user sealroom-nobody-has-this"):
        account.service_account()
