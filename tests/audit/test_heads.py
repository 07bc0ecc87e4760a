"""The head files."""

import json
from pathlib import Path

import pytest

from audit import heads
from audit.heads import Head, HeadFile, HeadKeeper

WRITER = "01a1ffee-1140-464a-a5ec-94b0685e038a"


def test_the_last_head_of_each_chain_is_on_disk_after_closing(tmp_path: Path) -> None:
    keeper = HeadKeeper(tmp_path / "heads")
    for seq in (1, 3, 2):
        keeper.note(Head(WRITER, seq, f"{seq:064x}"))
    keeper.close()
    assert heads.read(tmp_path / "heads") == {WRITER: [Head(WRITER, 3, f"{3:064x}")]}


def test_a_full_file_keeps_its_heads_and_a_new_one_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "MAX_HEADS", 2)
    file = HeadFile(tmp_path)
    for number in range(3):
        file.note(Head(f"{number}", 1, "00"))
        file.write()
    file.note(Head("0", 2, "01"))
    file.write()
    found = heads.read(tmp_path)
    assert {head.seq for head in found["0"]} == {1, 2}
    assert set(found) == {"0", "1", "2"}
    assert len(list(tmp_path.glob("*.json"))) == 2


def test_no_half_written_file_is_left(tmp_path: Path) -> None:
    keeper = HeadKeeper(tmp_path)
    keeper.note(Head(WRITER, 1, "00"))
    keeper.close()
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text())["v"] == 1
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "[]", '{"heads": [[1]]}', '{"heads": 1}'])
def test_a_file_that_is_not_ours_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.json").write_text(content)
    with pytest.raises(ValueError, match=r"odd\.json"):
        heads.read(tmp_path)
