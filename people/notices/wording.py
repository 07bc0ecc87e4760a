"""What a notice says: its kind's sentence, the project's code name for whom may see it, an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

from people.accounts.models import User
from people.notices.codenames import names_for
from people.notices.kinds import Kind, is_known, kind_of
from people.notices.models import Notice


@dataclass(frozen=True)
class Line:
    """A notice in words; `path` leads there, from the root of the site."""

    notice: Notice
    kind: Kind
    code_name: str
    path: str

    @property
    def words(self) -> str:
        return words_of(self.kind, self.notice.count)


def words_of(kind: Kind, count: int) -> str:
    """The kind's sentence, in the language of the moment."""
    if count > 1 and kind.many:
        return str(kind.many) % {"count": count}
    return str(kind.title)


def path_of(kind: Kind, object_id: UUID | None, deal_id: UUID | None, *, count: int = 1) -> str:
    """Where it leads; to the list where the one thing is not known, or they are several."""
    target = {"object": object_id, "deal": deal_id}.get(kind.takes)
    if kind.takes and (target is None or (count > 1 and kind.overview)):
        return reverse(kind.overview) if kind.overview else reverse("people:notices")
    return reverse(kind.page, args=[target] if target else [])


def lines(user: User, notices: Sequence[Notice]) -> list[Line]:
    """The notices in words. Whose deal the person may no longer see has no name; where it leads is refused
    by its own gate, as if there were nothing."""
    names = names_for(user, {notice.deal_id for notice in notices if notice.deal_id})
    shown = [notice for notice in notices if is_known(notice.kind)]
    return [_line(notice, names.get(notice.deal_id, "") if notice.deal_id else "") for notice in shown]


def _line(notice: Notice, code_name: str) -> Line:
    kind = kind_of(notice.kind)
    path = path_of(kind, notice.object_id, notice.deal_id, count=notice.count)
    return Line(notice, kind, " ".join(code_name.split()), path)


def title_of(code: str) -> str | Promise:
    """The sentence of a kind, for lists of the administrator; the code of one that this release has not."""
    return kind_of(code).title if is_known(code) else code
