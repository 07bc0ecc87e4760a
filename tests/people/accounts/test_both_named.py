"""What an administrator does about a colleague is done in their own name, at somebody's request. Its
entry names all three."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from audit.models import LogEntry
from people.accounts.system import SYSTEM_ID
from people.models import RoleGrant
from tests.cast import cast, client_of
from tests.people.helpers import confirm_identity

pytestmark = pytest.mark.django_db

ACTS: dict[str, tuple[str, Callable[[Any], list[Any]], dict[str, str]]] = {
    "person.edit": ("person_edit", lambda w: [w.ming.pk], {"display_name": "Ming Li", "language": "en"}),
    "link.send": ("person_link", lambda w: [w.ming.pk], {}),
    "person.disable": ("person_disable", lambda w: [w.ming.pk], {}),
    "person.enable": ("person_enable", lambda w: [w.sam.pk], {}),
    "role.grant": (
        "grant_role",
        lambda w: [w.ming.pk],
        {"role": "deal_lead", "reason": "leads deals from now on"},
    ),
    "role.revoke": ("revoke_role", lambda w: [RoleGrant.objects.get(user=w.ming).pk], {}),
}


@pytest.mark.parametrize("action", ACTS)
def test_the_entry_names_the_administrator_and_the_colleague(action: str) -> None:
    world = SimpleNamespace(**cast())
    type(world.sam).objects.filter(pk=world.sam.pk).update(is_active=False, disabled_at=world.sam.created_at)
    name, args, typed = ACTS[action]
    browser = client_of(world.ada)
    confirm_identity(browser)
    answer = browser.post(reverse(f"people:{name}", args=args(world)), typed)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    [entry] = LogEntry.objects.using("default").filter(
        request=answer["X-Request-ID"], action=action, result="done"
    )
    colleague = world.sam if action == "person.enable" else world.ming
    assert (entry.actor, entry.on_behalf_of) == (world.ada.pk, SYSTEM_ID)
    assert entry.subjects == [colleague.pk]
