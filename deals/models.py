from deals.files.models import File, FileGrant, FileVersion, Upload
from deals.pipeline.models import Deal, DealMember
from deals.rooms.models import Folder, FolderAncestor, FolderGrant, Room, RoomGroup

__all__ = [
    "Deal",
    "DealMember",
    "File",
    "FileGrant",
    "FileVersion",
    "Folder",
    "FolderAncestor",
    "FolderGrant",
    "Room",
    "RoomGroup",
    "Upload",
]
