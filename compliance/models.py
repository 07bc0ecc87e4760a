from compliance.destruction.models import (
    DestroyedRecord,
    DestructionBatch,
    DestructionCertificate,
    DestructionItem,
    DestructionRun,
)
from compliance.retention.models import EndOfUse, RetentionRule

__all__ = [
    "DestroyedRecord",
    "DestructionBatch",
    "DestructionCertificate",
    "DestructionItem",
    "DestructionRun",
    "EndOfUse",
    "RetentionRule",
]
