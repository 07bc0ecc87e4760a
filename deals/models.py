from deals.files.models import File, FileGrant, FileVersion, Upload, VersionEnd
from deals.pipeline.models import Deal, DealMember
from deals.previews.models import RoomPreview
from deals.redaction.models import Redaction
from deals.rooms.models import Folder, FolderAncestor, FolderGrant, Room, RoomGroup
from deals.seals.models import (
    CompanyUndertaking,
    Envelope,
    SealDemand,
    SealedPaper,
    SealedReturn,
    SealKeys,
)

__all__ = [
    "CompanyUndertaking",
    "Deal",
    "DealMember",
    "Envelope",
    "File",
    "FileGrant",
    "FileVersion",
    "Folder",
    "FolderAncestor",
    "FolderGrant",
    "Redaction",
    "Room",
    "RoomGroup",
    "RoomPreview",
    "SealDemand",
    "SealKeys",
    "SealedPaper",
    "SealedReturn",
    "Upload",
    "VersionEnd",
]
