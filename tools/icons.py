"""Adds icons to the one SVG sprite that the pages use.

    npm pack @tabler/icons@3.51.0 && tar xzf tabler-icons-3.51.0.tgz
    python tools/icons.py package name another-name
    python tools/vendor.py --write

Without names it rewrites the sprite from the names already in it.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "static/vendor/tabler-icons-3.51.0/icons.svg"
_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"')
_PATH = re.compile(r"<path [^>]*/>")
_BOUNDS = 'd="M0 0h24v24H0z"'


def symbol(source: str, name: str) -> str:
    """The `<symbol>` of one icon file, without the invisible bounding path that each of them starts with."""
    paths = [path for path in _PATH.findall(source) if _BOUNDS not in path]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(paths)}</symbol>'


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    folder = Path(arguments[0]) / "icons" / "outline"
    known = _SYMBOL.findall(SPRITE.read_text()) if SPRITE.exists() else []
    names = sorted({*known, *arguments[1:]})
    missing = [name for name in names if not (folder / f"{name}.svg").is_file()]
    if missing:
        print(f"No such icon in {folder}: {', '.join(missing)}", file=sys.stderr)
        return 1
    symbols = [symbol((folder / f"{name}.svg").read_text(), name) for name in names]
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")
    print(f"{len(symbols)} icons in {SPRITE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
