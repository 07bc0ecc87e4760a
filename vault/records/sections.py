"""What a page shows of each disclosure group: values, grade, what a reveal would need, what is missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from people.accounts.models import User
from people.arrears import arrears_of
from people.factors.pausing import words_if_paused
from people.owing import owing_words
from people.roles.access import has
from people.roles.permissions import Permission
from vault.purposes.needs import needless_in
from vault.records.access import may_reveal
from vault.records.dialling import dialled
from vault.records.forms import RevealForm
from vault.records.grading.rules import rules
from vault.records.labels import EXTRAS, FIELD_LABELS, Field, Group
from vault.records.models import Client
from vault.records.reading import ShownGroup
from vault.records.reveals.limits import account_of
from vault.records.reveals.marks import mark_over
from vault.records.reveals.needs import needs_of
from vault.records.reveals.permits import permits_of
from vault.records.reveals.refusals import Lack


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an open or masked group.

    `withheld`: the others are open, and the purpose does not need this one. `needless`: no purpose of the
    book does, so that it should not be held.
    """

    label: object
    value: str = field(repr=False)
    is_open: bool
    withheld: bool
    needless: bool


REMASK_AFTER = 60  # seconds
_ORDER = (Group.CONTACT, Group.IDENTITY, Group.NOTES, Group.FINANCIAL)  # by how often an agent needs them


def sections(
    user: User,
    client: Client,
    groups: Sequence[ShownGroup],
    *,
    form: RevealForm | None = None,
    why: Sequence[object] = (),
    lack: Lack | None = None,
) -> list[dict[str, Any]]:
    """One mapping for each group, for `vault/records/_group.html`. `form` is the one that was sent.

    The number of queries does not depend on the number of groups.
    """
    if not groups:
        return []
    may = has(user, Permission.CLIENT_REVEAL) and may_reveal(client)
    now, needless = rules(), needless_in(client.book_id)
    permits = permits_of(user, client) if may else {}
    account = account_of(user) if may else None
    paused = words_if_paused(user) if lack is Lack.PAUSED else ""
    owed = arrears_of(user) if lack is Lack.OWING else []
    found = []
    for shown in sorted(groups, key=lambda one: _ORDER.index(one.group)):
        needs = needs_of(client, shown.group, now)
        fresh = RevealForm(holding=client.book.holding, use=client.use, prefix=shown.group.name)
        found.append(
            {
                "slug": shown.group.name.lower(),
                "label": shown.group.label,
                "values": _values(shown, needless),
                "is_open": shown.is_open,
                "form": (form or fresh) if may and may_reveal(client, shown.group) else None,
                "needs": needs,
                "permit": permits.get(shown.group.value),
                "account": account,
                "lack": lack.value if lack else "",
                "paused": paused or (owing_words(owed) if owed else ""),
                "owed": owed,
                "why": " · ".join(map(str, why)),
                "seconds": REMASK_AFTER,
                "mark": mark_over(user, needs),
            }
        )
    return found


def _values(shown: ShownGroup, needless: Collection[str]) -> list[Value]:
    named = [
        _value(shown, name, FIELD_LABELS[Field(name)], value, needless)
        for name, value in shown.values.items()
        if value
    ]
    return named + [_value(shown, EXTRAS, name, value, needless) for name, value in shown.extras.items()]


def _value(shown: ShownGroup, code: str, label: object, value: str, needless: Collection[str]) -> Value:
    is_open = shown.is_open and code not in shown.withheld
    words = dialled(value) if code == Field.PHONE and is_open else value
    return Value(label, words, is_open, shown.is_open and not is_open, code in needless)
