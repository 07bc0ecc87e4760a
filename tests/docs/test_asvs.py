"""docs/asvs.md says what shows each requirement: each once, counted rightly, and by tests that are there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import cast

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = ROOT / "docs/asvs.md"
NUMBERS = ROOT / "tests/vectors/asvs-5.0.0-l2.txt"
STATES = ("met", "documented", "operator", "not applicable", "not met")
LONGEST = 12  # words: the standard's own sentences are not ours to copy

Row = tuple[str, str, str, str, str]  # number, what it asks, state, how, what shows it


def rows() -> list[Row]:
    lines = re.findall(r"^\| (\d.*) \|$", PAGE.read_text(), re.MULTILINE)
    return [cast("Row", tuple(cell.strip() for cell in f"{line} ".split(" |"))) for line in lines]


def expected() -> dict[str, str]:
    """Number → level."""
    lines = [line for line in NUMBERS.read_text().splitlines() if not line.startswith("#")]
    pairs = [line.split() for line in lines]
    assert len({number for number, _ in pairs}) == len(pairs) == 260
    return dict(pairs)


def named(shown: str) -> list[str]:
    return re.findall(r"`([^`]+)`", shown)


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_test(name: str) -> bool:
    path, _, function = name.partition("::")
    file = ROOT / path
    return (
        path.startswith("tests/")
        and file.is_file()
        and function.startswith("test_")
        and function in functions_of(file)
    )


def test_each_requirement_stands_once_and_in_order() -> None:
    assert [number for number, *_ in rows()] == list(expected())


def test_each_state_is_one_of_the_few() -> None:
    assert [(number, state) for number, _, state, *_ in rows() if state not in STATES] == []


def test_every_test_that_is_named_is_there_and_what_is_met_names_one() -> None:
    wrong = [(number, name) for number, *_, shown in rows() for name in named(shown) if not is_test(name)]
    assert wrong == []
    assert [number for number, _, state, _, shown in rows() if state == "met" and not named(shown)] == []


def test_a_renamed_test_would_be_noticed() -> None:
    assert is_test("tests/docs/test_asvs.py::test_a_renamed_test_would_be_noticed")
    assert not is_test("tests/docs/test_asvs.py::test_a_test_that_was_renamed_since")
    assert not is_test("tests/docs/test_renamed.py::test_a_renamed_test_would_be_noticed")
    assert not is_test("docs/asvs.md::test_x")


def test_what_is_documented_or_the_operators_names_its_place() -> None:
    wrong = []
    for number, _, state, _, shown in rows():
        if state in {"documented", "operator"}:
            places = re.findall(r"\]\(([^)#]+)(?:#([^)]*))?\)", shown)
            wrong += [number] if not places else []
            for file, heading in places:
                text = (PAGE.parent / file).resolve()
                titles = re.findall(r"^#+ (.*)$", text.read_text(), re.MULTILINE) if text.is_file() else []
                anchors = {
                    re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles
                }
                if not text.is_file() or (heading and heading not in anchors):
                    wrong.append(f"{number}: {file}#{heading}")
    assert wrong == []


def test_what_is_not_met_or_not_applicable_says_why() -> None:
    assert [
        number for number, _, state, how, _ in rows() if state.startswith("not") and not how.strip()
    ] == []
    assert [number for number, asks, *_ in rows() if len(asks.split()) > LONGEST or not asks] == []


def test_the_counts_at_the_top_are_right() -> None:
    levels = expected()
    counted = Counter((state, levels[number]) for number, _, state, *_ in rows())
    said = {
        state: tuple(int(number) for number in numbers)
        for state, *numbers in re.findall(
            r"^\| \*\*([a-z ]+)\*\* \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE.read_text(), re.MULTILINE
        )
    }
    assert said == {
        state: (
            *(counted[state, level] for level in "123"),
            sum(counted[state, level] for level in "123"),
        )
        for state in STATES
    }
