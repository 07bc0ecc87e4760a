"""What a page shows of each disclosure group: values, grade, what a reveal would need, what is missing."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.records.access import may_reveal
from vault.records.forms import RevealForm
from vault.records.grading.rules import rules
from vault.records.labels import FIELD_LABELS, Field, Group
from vault.records.models import Client
from vault.records.reading import ShownGroup
from vault.records.reveals.limits import account_of
from vault.records.reveals.needs import needs_of
from vault.records.reveals.permits import permits_of
from vault.records.reveals.refusals import Lack

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
    now = rules()
    permits = permits_of(user, client) if may else {}
    account = account_of(user) if may else None
    found = []
    for shown in sorted(groups, key=lambda one: _ORDER.index(one.group)):
        needs = needs_of(client, shown.group, now)
        fresh = RevealForm(holding=client.book.holding, use=client.use, prefix=shown.group.name)
        found.append(
            {
                "slug": shown.group.name.lower(),
                "label": shown.group.label,
                "values": _values(shown),
                "is_open": shown.is_open,
                "form": (form or fresh) if may and may_reveal(client, shown.group) else None,
                "needs": needs,
                "permit": permits.get(shown.group.value),
                "account": account,
                "lack": lack.value if lack else "",
                "why": " · ".join(map(str, why)),
                "seconds": REMASK_AFTER,
                "mark": f"{user.display_name} · {timezone.localtime():%Y-%m-%d %H:%M}",
            }
        )
    return found


def _values(shown: ShownGroup) -> list[tuple[object, str]]:
    named: list[tuple[object, str]] = [
        (FIELD_LABELS[Field(name)], value) for name, value in shown.values.items() if value
    ]
    return named + list(shown.extras.items())
