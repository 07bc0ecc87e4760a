"""What can be asked for: upper layers register their actions here when they are ready."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Q
from django.utils.functional import Promise

from people.roles.access import has
from people.roles.permissions import Permission

if TYPE_CHECKING:
    from people.accounts.models import User
    from people.approvals.models import ApprovalRequest

# Ids and codes only: never a name, a number of a person or free text (checked in services.check_params).
Params = Mapping[str, str | int | Sequence[str]]


class CannotCarryOut(Exception):
    """Raised by `carry_out` when what was approved is no longer possible: the request becomes void."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Exactly what will happen, in words for the decider and in facts for the digest.

    `facts` (JSON values: ids, counts, codes, dates) fix the content whatever the reader's language; two
    previews with equal facts are the same preview. Everything that the words depend on must be among the
    facts. `columns` and `rows` are a table of ids and masked words; `lines` are sentences; `counts` pairs of
    word and number.
    """

    facts: Mapping[str, object]
    lines: Sequence[str | Promise] = ()
    counts: Sequence[tuple[str | Promise, int]] = ()
    columns: Sequence[str | Promise] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)

    @property
    def digest(self) -> bytes:
        """SHA-256 over the canonical JSON of the facts (sorted keys, no spaces, UTF-8)."""
        canonical = json.dumps(
            self.facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
        )
        return hashlib.sha256(canonical.encode()).digest()


class ApprovableAction(ABC):
    """One kind of act that needs a second person.

    `grave` acts (role grants, exports, destruction, grade L4) ask the decider to confirm who they are
    (step-up) and have no one-key approval. `quorum` is the number of approvals; one refusal ends the request.
    `delegable` ones may be decided by whom a decider named for a while: their preview shows nothing that only
    the decider may see. `standing_limit` is the most that may be approved beforehand for one request, in what
    `size_of` counts; 0, as of every grave action, for nothing.
    """

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    permission: ClassVar[Permission]
    quorum: ClassVar[int] = 1
    grave: ClassVar[bool] = False
    delegable: ClassVar[bool] = False
    standing_limit: ClassVar[int] = 0
    expires_after: ClassVar[timedelta] = timedelta(days=7)

    @abstractmethod
    def preview(self, params: Params) -> Preview:
        """What approving does now. Raises CannotCarryOut when its object is gone."""

    @abstractmethod
    def carry_out(self, request: "ApprovalRequest", actor: "User") -> None:
        """Does it, inside the deciding transaction (long work: queue a job on commit). `actor` decided
        last."""

    def refused(self, request: "ApprovalRequest") -> None:
        """What must follow when the request ends in any other way than carried out; nothing by default."""
        return

    def still_valid(self, params: Params, digest: bytes) -> bool:
        """Whether carrying out would still do exactly what the opened preview said."""
        try:
            return self.preview(params).digest == digest
        except CannotCarryOut:
            return False

    def may_decide(self, user: "User", request: "ApprovalRequest") -> bool:
        return has(user, self.permission) and not self.concerns(user, request)

    def concerns(self, user: "User", request: "ApprovalRequest") -> bool:
        """Whether it is about this person, so that they do not decide on it, in nobody's place either."""
        return False

    def concerning(self, user: "User") -> Q:
        """The requests of this action that `concerns` says yes to; none by default."""
        return Q(pk__in=[])

    def size_of(self, params: Params) -> int:
        """How much is asked for, where it may be approved beforehand."""
        raise NotImplementedError

    def may_ask_standing(self, user: "User") -> bool:
        """Whether this person may ask that their requests be approved beforehand; nobody by default."""
        return False

    def among(self, user: "User") -> Q | None:
        """Which requests of this action wait for this person; None for none. One that `may_decide` refuses
        must not be among them."""
        return ~self.concerning(user) if has(user, self.permission) else None


_actions: dict[str, ApprovableAction] = {}


def register(action: ApprovableAction) -> None:
    """Raises ValueError when another action already has this code, or a grave one could be approved
    beforehand."""
    if action.grave and action.standing_limit:
        raise ValueError(f"{action.code} is grave: it is decided on each time.")
    known = _actions.get(action.code)
    if known is not None and type(known) is not type(action):
        raise ValueError(f"Two approvable actions are called {action.code}.")
    _actions[action.code] = action


def action_of(code: str) -> ApprovableAction:
    """Raises KeyError for a code that nobody registered."""
    return _actions[code]


def actions() -> list[ApprovableAction]:
    return sorted(_actions.values(), key=lambda action: action.code)
