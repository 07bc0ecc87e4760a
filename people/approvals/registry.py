"""What can be asked for: upper layers register their actions here when they are ready."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise

from people.posts.codes import Post
from people.posts.holding import Line, absent_for, before, lines, own_voice
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
    `size_of` counts; 0, as of every grave action, for nothing. `for_counsel`: somebody from outside may be
    the second person where the house has none (standing_in.py); the preview says nothing about clients.
    `post`: whose holder alone decides, with the permission (people.posts.holding). `asked_by`: one of these
    is needed to ask (services.request_approval); empty where the act's own gate says who. `decided_by`: one
    of these is needed to decide, where it is not the `permission` alone.
    """

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    permission: ClassVar[Permission]
    quorum: ClassVar[int] = 1
    grave: ClassVar[bool] = False
    delegable: ClassVar[bool] = False
    standing_limit: ClassVar[int] = 0
    for_counsel: ClassVar[bool] = False
    post: ClassVar[Post | None] = None
    asked_by: ClassVar[tuple[Permission, ...]] = ()
    decided_by: ClassVar[tuple[Permission, ...]] = ()
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
        """In their own name; of a post's actions whoever is first in its line."""
        return bool(self.who_may(request, [user]))

    def who_may(self, request: "ApprovalRequest", people: "Sequence[User]") -> "list[User]":
        """Those of these people who may decide in their own name. A fixed number of queries, however many
        they are, beside what reads their permissions (`know_permissions`, for all of them at once)."""
        able = [person for person in people if self.may_at_all(person)]
        concerned = self.concerned(request) if able else frozenset()
        able = [person for person in able if person.pk not in concerned]
        if self.post is None or not able:
            return able
        line = lines()[self.post]
        found: list[User] = []
        for person in able:
            earlier = before(line, person)
            if earlier is not None and all(
                one.pk == request.requester_id or one.pk in concerned for one in earlier
            ):
                found.append(person)
        return found

    def deciding(self, request: "ApprovalRequest") -> tuple[Permission, ...]:
        """Who holds none of these has no voice of their own on it: nobody else is asked."""
        return self.decided_by or (self.permission,)

    def may_at_all(self, user: "User") -> bool:
        """Whether the person's roles let them decide on anything of this kind."""
        return any(has(user, permission) for permission in self.decided_by or (self.permission,))

    def in_line(self, user: "User", lines: Mapping[Post, Line]) -> Q | None:
        """Of the requests `among` names, those on which the post lets this person speak; None for none."""
        return Q() if self.post is None else own_voice(lines[self.post], user, self._passed_over)

    def absent_for(self, user: "User", lines: Mapping[Post, Line]) -> "User | None":
        """The holder of the post in whose place this person, its deputy, decides today."""
        if self.post is None or not self.may_at_all(user):
            return None
        return absent_for(lines[self.post], user)

    def _passed_over(self, person: "User") -> Q:
        return Q(requester=person) | self.concerning(person)

    def concerned(self, request: "ApprovalRequest") -> frozenset[UUID]:
        """Whom it is about, so that they do not decide on it, in nobody's place either. At most one query."""
        return frozenset()

    def concerning(self, user: "User") -> Q:
        """The requests of this action that `concerned` names this person for, by a subquery (`about`); none
        by default."""
        return Q(pk__in=[])

    def size_of(self, params: Params) -> int:
        """How much is asked for, where it may be approved beforehand."""
        raise NotImplementedError

    def may_ask_standing(self, user: "User") -> bool:
        """Whether this person may ask that their requests be approved beforehand; nobody by default."""
        return False

    def among(self, user: "User") -> Q | None:
        """Which requests of this action wait for this person, before their post narrows them (`in_line`);
        None for none. One that `may_decide` refuses must not be among them then."""
        return ~self.concerning(user) if self.may_at_all(user) else None


_actions: dict[str, ApprovableAction] = {}


def register(action: ApprovableAction) -> None:
    """Raises ValueError when another action already has this code, a grave one could be approved beforehand,
    or one would be asked in another way than it answers: it lists (`concerning`) what nobody keeps its people
    from deciding on (`concerned`), or decides about one person otherwise than about many (`who_may`)."""
    kind, base = type(action), ApprovableAction
    half = kind.concerning is not base.concerning and kind.concerned is base.concerned
    if half or kind.may_decide is not base.may_decide or hasattr(kind, "concerns"):
        raise ValueError(f"{action.code} answers `who_may` and `concerned`, which is what the gate asks.")
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
