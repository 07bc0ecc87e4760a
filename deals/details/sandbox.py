"""The process in which the details hidden in a stranger's file are removed: a program, never imported.

    python sandbox.py picture|pdf|office      the file is descriptor 0, which can be read at any place

It answers the clean file on descriptor 1 once it has all of it, and exits with 0. It knows no key, no
database and nobody's name, and holds itself to limits before it looks at the first byte. Whatever goes
wrong, it exits with another status; `faults` says which.
"""

import os
import sys
from io import FileIO
from pathlib import Path
from typing import BinaryIO, cast

sys.path.insert(0, str(Path(__file__).parents[2]))  # started by its path, isolated

from deals.details.faults import Unremovable
from deals.viewer.sandbox import hold_to_limits


def _clean(kind: str, file: BinaryIO) -> bytes:
    """The parsers are imported after the limits are set."""
    if kind == "picture":
        from deals.details import pictures  # noqa: PLC0415

        return pictures.without_details(file.read())
    if kind == "pdf":
        from deals.details import papers  # noqa: PLC0415

        return papers.without_details(file)
    from deals.details import office  # noqa: PLC0415

    return office.without_details(file)


def main() -> None:
    hold_to_limits()
    with FileIO(0, "rb") as file:
        try:
            answer = _clean(sys.argv[1], cast("BinaryIO", file))
        except Unremovable as problem:
            sys.exit(problem.status)
    with os.fdopen(1, "wb") as out:
        out.write(answer)


if __name__ == "__main__":
    main()
