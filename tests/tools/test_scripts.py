"""What our scripts in the browser may not do: a look at every line of them."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = sorted((Path(settings.BASE_DIR) / "static/js").glob("*.js"))
# Each makes markup, or program, of a text.
MAKES_MARKUP = (
    r"\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function"
    r"|__proto__|setTimeout\(\s*[\"'`]"
)
# Each keeps something in the browser, or talks to another window.
KEEPS_OR_TALKS = (
    r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker"
    r"|postMessage|[\"']message[\"']|BroadcastChannel|window\.open"
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_of_ours_makes_markup_of_text(script: Path) -> None:
    assert re.findall(MAKES_MARKUP, script.read_text()) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_of_ours_talks_to_other_windows_or_stores_anything(script: Path) -> None:
    assert re.findall(KEEPS_OR_TALKS, script.read_text()) == []


def test_there_are_scripts_to_look_at() -> None:
    assert len(SCRIPTS) > 5
    assert re.findall(MAKES_MARKUP, 'box.innerHTML = text; setTimeout("x")')
    assert re.findall(KEEPS_OR_TALKS, "localStorage.x = 1")
