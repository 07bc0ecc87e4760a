"""What the product imports is pinned for running it: the packages of the tests bring more, hiding it."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PRODUCT = ("audit", "people", "vault", "deals", "compliance", "config")
# Imported only where the house chooses what needs them: requirements/kms.txt.
BY_CHOICE = {"boto3", "botocore"}


def _folded(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_every_import_of_the_product_is_pinned_for_running_it() -> None:
    pins = (ROOT / "requirements/run.txt").read_text()
    pinned = {_folded(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", pins, re.MULTILINE)}
    files = [path for package in PRODUCT for path in (ROOT / package).rglob("*.py")]
    imported = {name for path in files for name in _imported(path.read_text(encoding="utf-8"))}
    foreign = imported - set(sys.stdlib_module_names) - {*PRODUCT, "bench", "tests"} - BY_CHOICE
    brought = packages_distributions()
    assert len(foreign) > 20
    assert {
        name: brought.get(name, [])
        for name in foreign
        if not pinned & {_folded(one) for one in brought.get(name, [])}
    } == {}
