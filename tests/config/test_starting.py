"""Migrations and settings change where nothing of ours runs; the next start notes it, and notes it once."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from audit.models import LogEntry
from config import env
from config.starting import note_start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME_DIR = tmp_path
    return tmp_path


def started(action: str) -> list[str]:
    """What entries of this kind a start adds, in fields."""
    before = set(LogEntry.objects.filter(action=action).values_list("pk", flat=True))
    note_start()
    rows = LogEntry.objects.filter(action=action).exclude(pk__in=before)
    return [name for fields in rows.values_list("fields", flat=True) for name in fields]


def test_a_migration_is_named_once() -> None:
    note_start()
    assert started("system.migrate") == []
    MigrationRecorder(connection).record_applied("vault", "0999_more")
    assert started("system.migrate") == ["vault.0999_more"]
    assert started("system.migrate") == []


def test_a_changed_setting_is_named_and_its_value_kept_nowhere(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    assert "key_provider" in started("system.settings")
    assert started("system.settings") == []
    monkeypatch.setitem(env.read, "SMTP_PASSWORD", "correct horse battery")
    assert started("system.settings") == ["smtp_password"]
    monkeypatch.delitem(env.read, "SMTP_PASSWORD")
    assert started("system.settings") == ["smtp_password"]
    kept = (home / "settings.json").read_text()
    assert "correct" not in kept
    assert (home / "settings.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("redis://:one@127.0.0.1:36555/2", "redis://:two@127.0.0.1:40001/2", False),
        ("redis://:one@127.0.0.1:36555/2", "redis://:one@127.0.0.1:36555/3", True),
        ("postgresql://web:a@db.house:5432/sealroom", "postgresql://web:b@db.house:5432/sealroom", False),
        ("postgresql://web:a@db.house:5432/sealroom", "postgresql://web:a@db.house:5433/sealroom", True),
        ("postgresql://web:a@db.house:5432/sealroom", "postgresql://web:a@other.house:5432/sealroom", True),
    ],
)
def test_of_an_address_counts_what_lasts(
    monkeypatch: pytest.MonkeyPatch, before: str, after: str, told: bool
) -> None:
    monkeypatch.setitem(env.read, "REDIS_URL", before)
    note_start()
    monkeypatch.setitem(env.read, "REDIS_URL", after)
    assert ("redis_url" in started("system.settings")) is told
