"""The one range of a Range header (RFC 9110, 14.2)."""

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z", re.ASCII)


class Unsatisfiable(Exception):
    """No byte of the file lies in the range: 416."""


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """(start, stop) of the bytes asked for; None for the whole: no header, or one that asks for several
    ranges or makes no sense, which the standard lets a server ignore.

    Raises Unsatisfiable.
    """
    match = _RANGE.match(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size or stop <= start:
        raise Unsatisfiable
    return start, stop
