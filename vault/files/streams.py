"""A sealed file as an ordinary readable, seekable binary file, for parsers that want one."""

import io
from typing import BinaryIO, cast

from vault.files.store import SealedFile


class _Opened(io.RawIOBase):
    """Opens what is read and holds no more; nothing is written anywhere."""

    def __init__(self, file: SealedFile) -> None:
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        start = self._at
        for piece in self._file.open_range(start, start + len(buffer)):
            at = self._at - start
            buffer[at : at + len(piece)] = piece
            self._at += len(piece)
        return self._at - start

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        if base + offset < 0:
            raise ValueError("seek before the start")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._file.close()
        super().close()


def as_stream(file: SealedFile) -> BinaryIO:
    """`file` as a buffered stream, which closes it."""
    return cast("BinaryIO", io.BufferedReader(_Opened(file), buffer_size=64 * 1024))
