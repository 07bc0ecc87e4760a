from vault.relations.communications.models import Communication
from vault.relations.followups.models import FollowUp
from vault.relations.mandates.models import Mandate
from vault.relations.people.models import PositionProposal, Relation
from vault.relations.service.models import Preference, Rating, Transaction

__all__ = [
    "Communication",
    "FollowUp",
    "Mandate",
    "PositionProposal",
    "Preference",
    "Rating",
    "Relation",
    "Transaction",
]
