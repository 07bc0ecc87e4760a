from compliance.accessreviews.models import AccessReview, ReviewedAccess
from compliance.anomalies.models import (
    Finding,
    Leaving,
    Mute,
    PersonDay,
    RuleVersion,
    Trial,
    WatchPlace,
)
from compliance.audits.followup import AuditFinding, AuditText, CorrectiveAction
from compliance.audits.models import (
    Audit,
    AuditEvidence,
    AuditItem,
    AuditKeys,
    AuditMember,
    AuditPolicy,
    ChecklistVersion,
    Measurement,
)
from compliance.conduct.models import (
    Commendation,
    ConductCase,
    ConductEvidence,
    ConductKeys,
    ConductText,
    ConductVote,
)
from compliance.containment.models import Incident, IncidentClock, IncidentEvent, IncidentLock
from compliance.destruction.models import (
    CertificateSupplement,
    DestroyedRecord,
    DestructionBatch,
    DestructionCertificate,
    DestructionItem,
    DestructionRun,
    RoomCopy,
)
from compliance.logretention.models import LogMonth, LogPolicy
from compliance.outside.evidence import EvidenceBundle, EvidenceRequest, OutsideFile, OutsideText
from compliance.outside.models import OutsideAudit, OutsideKeys, OutsideSeat
from compliance.outside.reports import OutsideReport, Recommendation
from compliance.retention.models import EndOfUse, RetentionRule
from compliance.review.models import Sample, SampleDraw, SampleRule, SavedView, SignOff
from compliance.speakup.models import Accused, SpeakUpCase, SpeakUpKeys, SpeakUpPolicy, SpeakUpText
from compliance.speakup.shields import Protection, ShieldedAct
from compliance.stream.models import StreamPlace

__all__ = [
    "AccessReview",
    "Accused",
    "Audit",
    "AuditEvidence",
    "AuditFinding",
    "AuditItem",
    "AuditKeys",
    "AuditMember",
    "AuditPolicy",
    "AuditText",
    "CertificateSupplement",
    "ChecklistVersion",
    "Commendation",
    "ConductCase",
    "ConductEvidence",
    "ConductKeys",
    "ConductText",
    "ConductVote",
    "CorrectiveAction",
    "DestroyedRecord",
    "DestructionBatch",
    "DestructionCertificate",
    "DestructionItem",
    "DestructionRun",
    "EndOfUse",
    "EvidenceBundle",
    "EvidenceRequest",
    "Finding",
    "Incident",
    "IncidentClock",
    "IncidentEvent",
    "IncidentLock",
    "Leaving",
    "LogMonth",
    "LogPolicy",
    "Measurement",
    "Mute",
    "OutsideAudit",
    "OutsideFile",
    "OutsideKeys",
    "OutsideReport",
    "OutsideSeat",
    "OutsideText",
    "PersonDay",
    "Protection",
    "Recommendation",
    "RetentionRule",
    "ReviewedAccess",
    "RoomCopy",
    "RuleVersion",
    "Sample",
    "SampleDraw",
    "SampleRule",
    "SavedView",
    "ShieldedAct",
    "SignOff",
    "SpeakUpCase",
    "SpeakUpKeys",
    "SpeakUpPolicy",
    "SpeakUpText",
    "StreamPlace",
    "Trial",
    "WatchPlace",
]
