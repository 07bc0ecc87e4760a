from vault.custody.models import (
    KeyringBackup,
    KeyRotation,
    RecoveryCopy,
    RecoveryDrill,
    RecoveryShare,
    RotationOrder,
)
from vault.custody.suites.models import SuiteMove
from vault.disclosures.models import (
    CanarySighting,
    CanaryToken,
    Disclosure,
    DisclosureTotal,
    Export,
    ExportItem,
    MarkKeys,
    OfficerReview,
    Recipient,
    SharedList,
)
from vault.intake.models import DuplicateClaim, HouseKey, Intake, OwnershipChange, OwnershipRule
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.bases.models import BookBasis
from vault.purposes.consents.models import ConsentConfirmation, ConsentEvent
from vault.purposes.notices.models import Notice, NoticeDelivery, NoticeLink
from vault.purposes.sources.models import ListSource
from vault.records.grading.rules import GradeRule
from vault.records.importing.models import ImportJob, ImportUndo, RememberedHeading
from vault.records.models import BookMember, Client, ClientBook, ClientVersion, IndexKey, SavedView
from vault.records.reveals.models import Reveal, RevealDay, RevealLimit, RevealPermit
from vault.records.versions.models import ChangeProposal
from vault.relations.models import (
    Communication,
    FollowUp,
    Mandate,
    PositionProposal,
    Preference,
    Rating,
    Relation,
    Transaction,
)

__all__ = [
    "BookBasis",
    "BookMember",
    "CanarySighting",
    "CanaryToken",
    "ChangeProposal",
    "Client",
    "ClientBook",
    "ClientVersion",
    "Communication",
    "ConsentConfirmation",
    "ConsentEvent",
    "Disclosure",
    "DisclosureTotal",
    "DuplicateClaim",
    "Export",
    "ExportItem",
    "FollowUp",
    "GradeRule",
    "HouseKey",
    "ImportJob",
    "ImportUndo",
    "IndexKey",
    "Intake",
    "KeyRotation",
    "KeyringBackup",
    "ListSource",
    "Mandate",
    "MarkKeys",
    "Notice",
    "NoticeDelivery",
    "NoticeLink",
    "OfficerReview",
    "OwnershipChange",
    "OwnershipRule",
    "PositionProposal",
    "Preference",
    "PurposeAlert",
    "Rating",
    "Recipient",
    "RecoveryCopy",
    "RecoveryDrill",
    "RecoveryShare",
    "Relation",
    "RememberedHeading",
    "Reveal",
    "RevealDay",
    "RevealLimit",
    "RevealPermit",
    "RotationOrder",
    "SavedView",
    "SharedList",
    "SuiteMove",
    "Transaction",
]
