"""Proves that the vendored browser assets are the ones that were reviewed.

python tools/vendor.py            compare static/vendor with static/vendor/hashes.json
python tools/vendor.py --write    write the list anew, after a reviewed change
"""

import hashlib
import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor"
LIST = "hashes.json"


def hashes(folder: Path = FOLDER) -> dict[str, str]:
    """SHA-256 in hex of every file below `folder`, by relative path, except of the list itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / LIST)
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def differences(folder: Path = FOLDER) -> list[str]:
    """One line for each file that is missing, unlisted or changed; empty when all is as listed."""
    listed: dict[str, str] = json.loads((folder / LIST).read_text())
    found = hashes(folder)
    return [
        f"{path}: {'missing' if path not in found else 'not listed' if path not in listed else 'changed'}"
        for path in sorted(listed.keys() | found.keys())
        if listed.get(path) != found.get(path)
    ]


def main(arguments: list[str]) -> int:
    if arguments == ["--write"]:
        (FOLDER / LIST).write_text(json.dumps(hashes(), indent=1) + "\n")
        return 0
    lines = differences()
    print("\n".join(lines) or f"{len(hashes())} vendored files are as listed.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
