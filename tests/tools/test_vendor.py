"""What browsers load is what was reviewed, to the byte."""

import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

from tools import vendor


def test_vendored_files_are_as_listed() -> None:
    assert vendor.differences() == []


def test_every_vendored_package_brings_its_licence() -> None:
    packages = [path for path in vendor.FOLDER.iterdir() if path.is_dir()]
    assert packages
    assert [package.name for package in packages if not (package / "LICENSE").is_file()] == []


def test_changed_missing_and_unlisted_files_are_named(tmp_path: Path) -> None:
    for name in ("kept.js", "changed.js", "extra.js"):
        (tmp_path / name).write_text("as reviewed")
    listed = vendor.hashes(tmp_path)
    del listed["extra.js"]
    listed["gone.js"] = listed["kept.js"]
    (tmp_path / "changed.js").write_text("otherwise")
    (tmp_path / vendor.LIST).write_text(json.dumps(listed))
    assert vendor.differences(tmp_path) == ["changed.js: changed", "extra.js: not listed", "gone.js: missing"]


def test_static_files_can_be_collected_for_production(tmp_path: Path, settings: Any) -> None:
    """Every address inside the style sheets leads to a file; names carry a hash and may be cached."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert "css/palette.css" in json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
