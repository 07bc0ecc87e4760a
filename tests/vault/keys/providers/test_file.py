"""The key file: the contract, and what a crash, a reader and a lost file do to it."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.vault.keys.providers.contract import ProviderContract, new_key
from vault.keys.errors import ProviderDown
from vault.keys.providers.file import FileProvider


class TestFile(ProviderContract):
    @pytest.fixture
    def root(self, tmp_path: Path) -> FileProvider:
        return FileProvider(tmp_path / "keys")

    @pytest.fixture
    def again(self, tmp_path: Path) -> Callable[[], FileProvider]:
        return lambda: FileProvider(tmp_path / "keys")

    @pytest.fixture
    def down(self, tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
        @contextmanager
        def moved_away() -> Iterator[None]:
            (tmp_path / "keys").rename(tmp_path / "away")
            yield
            (tmp_path / "away").rename(tmp_path / "keys")

        return moved_away

    def test_only_the_owner_reads_it(self, root: FileProvider, tmp_path: Path) -> None:
        root.create_version()
        assert (tmp_path / "keys" / "root-keys.json").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700

    def test_a_crash_before_the_rename_leaves_the_file_before(
        self, root: FileProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version = root.create_version()

        def crash(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(Path, "replace", crash)
            with pytest.raises(KeyboardInterrupt):
                root.create_version()
        assert root.versions() == [version]
        assert root.create_version() == version + 1

    def test_the_file_before_is_overwritten(self, root: FileProvider, tmp_path: Path) -> None:
        first = root.create_version()
        path = tmp_path / "keys" / "root-keys.json"
        root.create_version()
        kept = tmp_path / "kept"
        kept.hardlink_to(path)  # somebody who still holds the old file
        root.destroy_version(first)
        assert not kept.read_bytes().strip(b"\0")

    def test_a_file_of_the_first_release_is_read(self, root: FileProvider, tmp_path: Path) -> None:
        (tmp_path / "keys").mkdir()
        (tmp_path / "keys" / "root-keys.json").write_text(json.dumps({"1": "ab" * 32}))
        assert root.versions() == [1]
        assert root.create_version() == 2

    def test_a_lost_or_broken_file_is_a_clear_failure_and_never_a_new_key(
        self, root: FileProvider, tmp_path: Path
    ) -> None:
        with pytest.raises(ProviderDown, match="lacks"):
            root.wrap_many(1, [new_key()])
        path = tmp_path / "keys" / "root-keys.json"
        root.create_version()
        path.write_text("{")
        with pytest.raises(ProviderDown):
            root.versions()
        with pytest.raises(ProviderDown):
            root.create_version()
        assert path.read_text() == "{"
