"""Sealed files: whole or not there, ciphertext only, names that say nothing."""

import uuid
from hashlib import sha256
from pathlib import Path

import pytest

from vault.crypto.chunks import CHUNK, FileBinding, FileKey
from vault.crypto.errors import SealBroken
from vault.files.store import SealedWriter, file_path, open_sealed_file, remove_sealed_file

KEY = FileKey(7, b"k" * 32)
BINDING = FileBinding(b"v" * 16, b"c" * 16)
TEXT = "张三的身份证号".encode() * 9000


def write(path: Path, data: bytes = TEXT) -> None:
    with SealedWriter(path, KEY, BINDING) as writer:
        for at in range(0, len(data), 10_000):
            writer.write(data[at : at + 10_000])
        stored = writer.finish()
    assert stored == (len(data), sha256(data).digest())


def test_what_was_written_is_read_at_any_range(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.sealed"
    write(path)
    with open_sealed_file(path, KEY, BINDING) as opener:
        assert opener.size == len(TEXT)
        assert b"".join(opener) == TEXT
        assert b"".join(opener.open_range(CHUNK - 5, 2 * CHUNK + 5)) == TEXT[CHUNK - 5 : 2 * CHUNK + 5]


def test_no_plaintext_is_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "f.sealed"
    write(path)
    assert TEXT[:20] not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_upload_cut_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "f.sealed"
    with SealedWriter(path, KEY, BINDING) as writer:
        writer.write(TEXT)
    assert list(tmp_path.iterdir()) == []


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "f.sealed"
    writer = SealedWriter(path, KEY, BINDING)
    writer.write(TEXT)
    assert not path.exists()
    writer.finish()
    assert [found.name for found in tmp_path.iterdir()] == ["f.sealed"]


def test_two_writers_never_share_a_file(tmp_path: Path) -> None:
    first = SealedWriter(tmp_path / "f.sealed", KEY, BINDING)
    with pytest.raises(FileExistsError):
        SealedWriter(tmp_path / "f.sealed", KEY, BINDING)
    first.abort()


def test_another_key_or_place_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "f.sealed"
    write(path)
    for key, binding in [
        (FileKey(7, b"x" * 32), BINDING),
        (FileKey(8, b"k" * 32), BINDING),
        (KEY, FileBinding(b"w" * 16, b"c" * 16)),
    ]:
        with pytest.raises(SealBroken):
            open_sealed_file(path, key, binding)


def test_names_are_opaque_and_spread_over_folders(settings: object) -> None:
    file_id = uuid.uuid4()
    path = file_path(file_id)
    assert path.name == f"{file_id.hex}.sealed"
    assert (path.parent.name, path.parent.parent.name) == (file_id.hex[2:4], file_id.hex[:2])


def test_removing_is_for_finished_and_unfinished_alike(tmp_path: Path) -> None:
    write(tmp_path / "f.sealed")
    SealedWriter(tmp_path / "g.sealed", KEY, BINDING)
    for name in ("f.sealed", "g.sealed", "h.sealed"):
        remove_sealed_file(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
