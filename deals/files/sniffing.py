"""What a file is, told from its first bytes and never from its name or what the browser says."""

from django.db import models
from django.utils.translation import pgettext_lazy

HEAD = 1024  # bytes that decide


class MediaType(models.TextChoices):
    PDF = "application/pdf", pgettext_lazy("file type", "PDF")
    PNG = "image/png", pgettext_lazy("file type", "Picture")
    JPEG = "image/jpeg", pgettext_lazy("file type", "Picture")
    GIF = "image/gif", pgettext_lazy("file type", "Picture")
    WEBP = "image/webp", pgettext_lazy("file type", "Picture")
    BMP = "image/bmp", pgettext_lazy("file type", "Picture")
    TIFF = "image/tiff", pgettext_lazy("file type", "Picture")
    ZIP = "application/zip", pgettext_lazy("file type", "Office file or archive")
    OTHER = "application/octet-stream", pgettext_lazy("file type", "File")

    @property
    def viewable(self) -> bool:
        """Whether the server can show it as page images."""
        return self not in (MediaType.ZIP, MediaType.OTHER)


_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"GIF87a", MediaType.GIF),
    (b"GIF89a", MediaType.GIF),
    (b"BM", MediaType.BMP),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"PK\x03\x04", MediaType.ZIP),
)


def sniff(head: bytes) -> MediaType:
    """The type of a file that begins with these bytes (HEAD of them, or all there are)."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    # Readers accept a PDF header anywhere in the first 1024 bytes (ISO 32000-1, implementation note 13).
    return MediaType.PDF if b"%PDF-" in head[:HEAD] else MediaType.OTHER
