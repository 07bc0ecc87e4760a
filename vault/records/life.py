"""A client's life in words: who added, changed, looked at and revealed it, for those who may see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.actions import Action, Result
from audit.query import LogFilter, page
from people.accounts.models import User
from vault.purposes.catalogue import ChangeReason, Purpose, Reason
from vault.purposes.codes import Unlawful
from vault.records.labels import Group
from vault.records.reveals.refusals import Lack

READ = 60  # entries; those that read alike are shown once
# Masked lists do not count as opened, so they are left out.
_TOLD = (
    *(Action.CLIENT_CREATE, Action.CLIENT_EDIT, Action.CLIENT_IMPORT, Action.CLIENT_PERMIT),
    *(Action.CLIENT_REVEAL, Action.CLIENT_VIEW, Action.GRADE_LOWER, Action.GRADE_RAISE),
    *(Action.CONSENT_CONFIRM, Action.CONSENT_GIVE, Action.CONSENT_REJECT, Action.CONSENT_WITHDRAW),
    *(Action.MANDATE_DRAW, Action.MANDATE_END, Action.MANDATE_KEEP, Action.MANDATE_SIGN),
    *(Action.NOTICE_DELIVER, Action.PURPOSE_REFUSE),
)
_WORDS = (Group, Purpose, Reason, ChangeReason, Lack, Unlawful)
_CODES = {member.value: member.label for codes in _WORDS for member in codes}


@dataclass(frozen=True, slots=True)
class LifeEntry:
    words: str
    at: datetime
    who: str
    why: str
    opened: bool
    refused: bool

    @property
    def same(self) -> tuple[str, str, str]:
        """As of a `Line`."""
        return self.words, self.who, self.why


def life_of(client_id: UUID) -> list[LifeEntry]:
    """The newest entries about the client. The caller has passed the gate of the client."""
    newest = page(LogFilter(subject=client_id, actions=_TOLD), READ).entries
    names = User.objects.in_bulk({entry.actor for entry in newest if entry.actor})
    return [
        LifeEntry(
            words=str(Action(entry.action).label),
            at=entry.at,
            who=names[entry.actor].display_name if entry.actor in names else "",
            why=" · ".join(_why([*_groups(entry.fields), entry.purpose, entry.reason])),
            opened=entry.action == Action.CLIENT_REVEAL,
            refused=entry.result == Result.REFUSED,
        )
        for entry in newest
    ]


def _groups(fields: list[str]) -> list[str]:
    return [field for field in fields if field in set(Group.values)]


def _why(codes: list[str]) -> list[str]:
    return [str(_CODES[code]) for code in codes if code in _CODES]
