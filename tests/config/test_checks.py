"""`check --deploy` refuses each insecure setting by its number, and nothing when all is well."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import run_checks

from config import checks
from config.checks import deployment, private_files


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    settings = SimpleNamespace(
        DEMO_MODE=False,
        PUBLIC_ADDRESS="https://vault.example.cn",
        SECRET_KEY="k3" * 32,
        ALLOWED_HOSTS=["vault.example.cn"],
        DATABASES={"default": {}, "audit": {}},
        HOME_DIR=tmp_path,
        KEYS_DIR=tmp_path / "keys",
    )
    monkeypatch.setattr(checks, "settings", settings)
    return settings


def test_a_sound_deployment_passes(sound: SimpleNamespace) -> None:
    assert deployment() == []
    assert private_files() == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("DEMO_MODE", True, "sealroom.C001"),
        ("PUBLIC_ADDRESS", "http://vault.example.cn", "sealroom.C002"),
        ("SECRET_KEY", "short", "sealroom.C003"),
        ("ALLOWED_HOSTS", ["*"], "sealroom.C004"),
        ("DATABASES", {"default": {}, "owner": {}}, "sealroom.C005"),
    ],
)
def test_an_insecure_setting_is_refused(sound: SimpleNamespace, name: str, value: Any, number: str) -> None:
    setattr(sound, name, value)
    assert [message.id for message in deployment()] == [number]


def test_a_home_with_demo_people_is_refused_without_the_switch_too(sound: SimpleNamespace) -> None:
    (sound.HOME_DIR / "demo-logins.json").touch()
    assert [message.id for message in deployment()] == ["sealroom.C001"]


def test_readable_keys_are_refused(sound: SimpleNamespace) -> None:
    sound.KEYS_DIR.mkdir(mode=0o700)
    (sound.KEYS_DIR / "root-keys.json").touch(mode=0o600)
    assert private_files() == []
    (sound.KEYS_DIR / "root-keys.json").chmod(0o640)
    assert [message.id for message in private_files()] == ["sealroom.C006"]


def test_the_checks_are_registered(sound: SimpleNamespace) -> None:
    sound.DEMO_MODE = True
    found = run_checks(include_deployment_checks=True, tags=["security"])
    assert "sealroom.C001" in {message.id for message in found}


def test_production_settings_pass_djangos_own_deployment_checks(tmp_path: Path) -> None:
    """A real process with a production environment: `check --deploy --fail-level WARNING` is silent."""
    kept = ("PATH", "DATABASE_URL", "REDIS_URL")  # nothing that other tests put into this process
    production = {name: os.environ[name] for name in kept} | {
        "SEALROOM_HOME": str(tmp_path),
        "SECRET_KEY": "0123456789abcdef" * 4,
        "PUBLIC_ADDRESS": "https://vault.example.cn",
        "ALLOWED_HOSTS": "vault.example.cn",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=production,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
