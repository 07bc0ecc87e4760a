from people.accounts.models import OneTimeLink, User
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening
from people.asks.models import AccessAsk
from people.duties.models import NdaSignature, NdaTemplate
from people.invitations.models import Invitation
from people.roles.models import Role, RoleGrant, RolePermission
from people.staffsessions.models import StaffSession

__all__ = [
    "AccessAsk",
    "ApprovalDecision",
    "ApprovalRequest",
    "Invitation",
    "NdaSignature",
    "NdaTemplate",
    "OneTimeLink",
    "PreviewOpening",
    "Role",
    "RoleGrant",
    "RolePermission",
    "StaffSession",
    "User",
]
