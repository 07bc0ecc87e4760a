from compliance.destruction.models import (
    CertificateSupplement,
    DestroyedRecord,
    DestructionBatch,
    DestructionCertificate,
    DestructionItem,
    DestructionRun,
    RoomCopy,
)
from compliance.retention.models import EndOfUse, RetentionRule

__all__ = [
    "CertificateSupplement",
    "DestroyedRecord",
    "DestructionBatch",
    "DestructionCertificate",
    "DestructionItem",
    "DestructionRun",
    "EndOfUse",
    "RetentionRule",
    "RoomCopy",
]
