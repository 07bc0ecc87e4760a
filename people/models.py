from people.accounts.models import OneTimeLink, User
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening
from people.asks.models import AccessAsk
from people.campaigns.models import Campaign, CampaignReach
from people.delegations.models import Delegation
from people.duties.models import NdaDraft, NdaSignature, NdaTemplate
from people.factors.models import FactorKeys, FactorReset, FactorResetReview
from people.guests.models import GuestPhone, PhoneKeys
from people.headcount.models import Crossing, HeadCount
from people.invitations.models import Invitation
from people.locks.models import Lock
from people.notices.models import (
    Digest,
    KnownPlace,
    Message,
    Notice,
    NoticeBatch,
    NoticeChoice,
    NoticeSettings,
    Robot,
    RobotKeys,
    RobotPost,
)
from people.oidc.models import LinkedIdentity
from people.pledge.models import PledgeDue, PledgeRound, PledgeSignature
from people.policies.models import Policy, PolicyAcceptance, PolicyDue, PolicyVersion
from people.posts.models import Absence, Appointment, Vacancy
from people.pulse.models import PulseCount, PulseRound, PulseVoice
from people.roles.composing.models import RoleChange
from people.roles.doors.models import DoorChange, RoleDoor
from people.roles.models import Role, RoleGrant, RolePermission
from people.staffing.models import Job, JobRole, ReturnItem, StaffChange, Succession
from people.staffsessions.models import StaffSession
from people.standing.models import StandingApproval
from people.training.models import Lesson, Question, Track, TrackRole, TrainingFile, TrainingKeys
from people.training.records import (
    Attendance,
    Certificate,
    Enrolment,
    LessonDone,
    LiveSession,
    OutsideCertificate,
    Paper,
    Talk,
)

__all__ = [
    "Absence",
    "AccessAsk",
    "Appointment",
    "ApprovalDecision",
    "ApprovalRequest",
    "Attendance",
    "Campaign",
    "CampaignReach",
    "Certificate",
    "Crossing",
    "Delegation",
    "Digest",
    "DoorChange",
    "Enrolment",
    "FactorKeys",
    "FactorReset",
    "FactorResetReview",
    "GuestPhone",
    "HeadCount",
    "Invitation",
    "Job",
    "JobRole",
    "KnownPlace",
    "Lesson",
    "LessonDone",
    "LinkedIdentity",
    "LiveSession",
    "Lock",
    "Message",
    "NdaDraft",
    "NdaSignature",
    "NdaTemplate",
    "Notice",
    "NoticeBatch",
    "NoticeChoice",
    "NoticeSettings",
    "OneTimeLink",
    "OutsideCertificate",
    "Paper",
    "PhoneKeys",
    "PledgeDue",
    "PledgeRound",
    "PledgeSignature",
    "Policy",
    "PolicyAcceptance",
    "PolicyDue",
    "PolicyVersion",
    "PreviewOpening",
    "PulseCount",
    "PulseRound",
    "PulseVoice",
    "Question",
    "ReturnItem",
    "Robot",
    "RobotKeys",
    "RobotPost",
    "Role",
    "RoleChange",
    "RoleDoor",
    "RoleGrant",
    "RolePermission",
    "StaffChange",
    "StaffSession",
    "StandingApproval",
    "Succession",
    "Talk",
    "Track",
    "TrackRole",
    "TrainingFile",
    "TrainingKeys",
    "User",
    "Vacancy",
]
