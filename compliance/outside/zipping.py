"""A ZIP that comes out the same from the same files: their order, times and modes are fixed, and nothing is
compressed, since compressors differ. Names are checked, so that none leads out of the folder it is unpacked
into (ZIP, APPNOTE 4.4.17: forward slashes, no drive, not absolute)."""

import re
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from typing import IO

SUMS = "SHA256SUMS"
_NAME = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP can tell
_MODE = 0o100644 << 16


def sums(files: Mapping[str, bytes]) -> bytes:
    """What `sha256sum --check` reads: a digest and a name a line, sorted."""
    return "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def write(file: IO[bytes], files: Mapping[str, bytes]) -> None:
    """Raises ValueError for a name that could lead out of its folder."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files):
            if not _NAME.match(name) or ".." in name:
                raise ValueError("a name in a bundle is made of plain parts")
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.create_system, entry.external_attr = 3, _MODE
            made.writestr(entry, files[name])
