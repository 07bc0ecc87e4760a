from people.accounts.models import OneTimeLink, User
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening
from people.asks.models import AccessAsk
from people.delegations.models import Delegation
from people.duties.models import NdaSignature, NdaTemplate
from people.factors.models import FactorKeys, FactorReset, FactorResetReview
from people.guests.models import GuestPhone, PhoneKeys
from people.invitations.models import Invitation
from people.locks.models import Lock
from people.roles.models import Role, RoleGrant, RolePermission
from people.staffsessions.models import StaffSession
from people.standing.models import StandingApproval

__all__ = [
    "AccessAsk",
    "ApprovalDecision",
    "ApprovalRequest",
    "Delegation",
    "FactorKeys",
    "FactorReset",
    "FactorResetReview",
    "GuestPhone",
    "Invitation",
    "Lock",
    "NdaSignature",
    "NdaTemplate",
    "OneTimeLink",
    "PhoneKeys",
    "PreviewOpening",
    "Role",
    "RoleGrant",
    "RolePermission",
    "StaffSession",
    "StandingApproval",
    "User",
]
