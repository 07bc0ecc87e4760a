"""docs/measures.md says what shows each measure: each once, and what it names is there."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def rows() -> list[tuple[str, str]]:
    text = (ROOT / "docs/measures.md").read_text()
    return re.findall(r"^\| (M\d+) \|(.*)$", text, re.MULTILINE)


def test_each_of_the_52_stands_once_and_in_order() -> None:
    assert [name for name, _ in rows()] == [f"M{number}" for number in range(1, 53)]


def test_every_file_that_is_named_is_there() -> None:
    tests = {path.name for path in (ROOT / "tests").rglob("*.py")}
    named = [(name, path) for name, row in rows() for path in re.findall(r"`(\w[\w/.]*)`", row)]
    missing = [(name, path) for name, path in named if "/" in path and not (ROOT / path).exists()]
    missing += [(name, path) for name, path in named if path.startswith("test_") and path not in tests]
    assert len(named) > 50
    assert missing == []
