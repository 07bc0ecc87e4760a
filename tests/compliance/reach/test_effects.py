"""What giving or revoking a role opens and closes is told before, in numbers that come true."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from deals.models import DealMember
from deals.pipeline.access import which_deals
from deals.rooms.everybody import rooms_open_to
from people.accounts.models import User
from people.roles.access import as_if, forget, has, permissions_of
from people.roles.effects import Effect, effects_of_giving, effects_of_taking
from people.roles.limits import free
from people.roles.models import GrantState, RoleCode, RoleGrant
from people.roles.permissions import Permission
from tests.cast import client_of, hold, person, signed
from tests.compliance.reach.test_walk import built
from tests.people.helpers import confirm_identity
from tests.vault.records.makers import book_of, let_in
from vault.records.access import which_books

pytestmark = pytest.mark.django_db


def opened(user: User) -> tuple[int, int, int]:
    """Books, deals and rooms that the gates open now."""
    known = User.objects.get(pk=user.pk)
    return which_books(known).count(), which_deals(known).count(), len(rooms_open_to(known))


def told(effects: list[Effect], which: str) -> tuple[int, ...]:
    with override("en"):
        by_label = {str(effect.label): getattr(effect, which) for effect in effects}
    assert set(by_label) == {"Client books", "Deals", "Data rooms"}
    return by_label["Client books"], by_label["Deals"], by_label["Data rooms"]


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """nora stands in two books and on the deal, and has no role yet."""
    world = built()
    world.nora = person("nora")
    signed(world.nora)
    for book in (world.book, book_of(world.ming, name="Second")):
        let_in(book, world.nora)
    DealMember.objects.create(deal=world.deal, user=world.nora, added_by=world.lea)
    return world


def test_what_a_role_would_open_opens_with_it(world: SimpleNamespace) -> None:
    assert opened(world.nora) == (0, 0, 0)
    assert told(effects_of_giving(world.nora, RoleCode.AGENT), "opens") == (2, 1, 1)
    assert told(effects_of_giving(world.nora, RoleCode.AUDITOR), "opens") == (0, 0, 0)
    hold(world.nora, RoleCode.AGENT)
    assert opened(world.nora) == (2, 1, 1)
    assert told(effects_of_giving(world.nora, RoleCode.DEAL_LEAD), "opens") == (0, 0, 0)


def test_what_revoking_would_close_closes_with_it(world: SimpleNamespace) -> None:
    grant = hold(world.nora, RoleCode.AGENT)
    second = hold(world.nora, RoleCode.DEAL_LEAD)
    assert told(effects_of_taking(grant), "closes") == (0, 0, 0)  # the other gives the same
    RoleGrant.objects.filter(pk=second.pk).update(state=GrantState.REVOKED, ended_at=timezone.now())
    grant = RoleGrant.objects.select_related("user").get(pk=grant.pk)
    assert told(effects_of_taking(grant), "closes") == (2, 1, 1)
    RoleGrant.objects.filter(pk=grant.pk).update(state=GrantState.REVOKED, ended_at=timezone.now())
    assert opened(world.nora) == (0, 0, 0)


def test_an_unsigned_undertaking_keeps_the_room_closed_whatever_the_role(world: SimpleNamespace) -> None:
    world.nora.signatures.update(revoked_at=timezone.now(), revoked_by=world.olivia)
    assert told(effects_of_giving(world.nora, RoleCode.AGENT), "opens") == (2, 1, 0)


def test_a_disabled_account_opens_nothing_by_any_role(world: SimpleNamespace) -> None:
    world.nora.is_active = False
    assert told(effects_of_giving(world.nora, RoleCode.AGENT), "opens") == (0, 0, 0)


def test_supposing_changes_nobody(world: SimpleNamespace) -> None:
    supposed = as_if(world.nora, free([Permission.CLIENT_VIEW]))
    assert has(supposed, Permission.CLIENT_VIEW)
    assert permissions_of(world.nora) == frozenset()
    forget(world.nora)
    assert permissions_of(world.nora) == frozenset()


def test_the_pages_tell_it_without_a_name(world: SimpleNamespace) -> None:
    browser = client_of(world.ada)
    confirm_identity(browser)
    page = browser.get(reverse("people:grant_role", args=[world.nora.pk]), {"role": "agent"})
    words = page.content.decode()
    assert "2 open" in words
    assert "1 opens" in words
    grant = hold(world.nora, RoleCode.AGENT)
    taking = browser.get(reverse("people:revoke_role", args=[grant.pk])).content.decode()
    assert "2 close" in taking
    for secret in (world.book.name, "Second", "Willow"):
        assert secret not in words + taking


def test_i8_the_cost_does_not_grow_with_what_opens(world: SimpleNamespace) -> None:
    def cost() -> int:
        known = User.objects.get(pk=world.nora.pk)
        with CaptureQueriesContext(connection) as captured:
            effects_of_giving(known, RoleCode.AGENT)
        return len(captured)

    before = cost()
    for number in range(3):
        let_in(book_of(world.ming, name=f"More {number}"), world.nora)
    assert cost() == before
