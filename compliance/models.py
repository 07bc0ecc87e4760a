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
from compliance.review.models import Sample, SampleDraw, SampleRule, SavedView, SignOff

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
    "Sample",
    "SampleDraw",
    "SampleRule",
    "SavedView",
    "SignOff",
]
