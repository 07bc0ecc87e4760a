"""Files as the pages show them. Names are read in the page's logged access."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deals.files.models import File, FileVersion

if TYPE_CHECKING:
    from deals.rooms.access import ReachedFile


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file and its newest version."""

    file: "ReachedFile"
    version: FileVersion


def file_rows(files: "Sequence[ReachedFile]") -> list[FileRow]:
    """The files in their order, each with its newest version. One query."""
    newest = newest_versions(files)
    return [FileRow(file, newest[file.pk]) for file in files if file.pk in newest]


def newest_versions(files: Sequence[File]) -> dict[object, FileVersion]:
    """File id → newest version."""
    versions = FileVersion.objects.filter(file__in=[file.pk for file in files])
    newest = versions.select_related("uploaded_by").order_by("file", "-number").distinct("file")
    return {version.file_id: version for version in newest}
