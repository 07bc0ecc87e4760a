"""What somebody from outside is shown of a room that is locked: nothing, on each page that leads to rooms.
What is listed opens, and what does not open is not listed."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.origin import Origin, acting_as
from deals.rooms.groups import invite_to_group
from deals.rooms.listing import my_rooms
from people.accounts.models import User
from people.invitations.models import Invitation
from people.invitations.services import accept
from people.locks.codes import Kind
from people.notices.services import notify
from people.notices.wording import lines
from tests.cast import PASSWORD, client_of
from tests.compliance.containment.making import approved, asked, locked
from tests.deals.previews.looking import begun
from tests.deals.scene import expired_signature
from vault.keys.freezing import frozen_among

LOCKS = [Kind.ROOM, Kind.DEAL]


def invited(world: SimpleNamespace, name: str) -> User:
    """Came by the link, is in the buyers' group, and has signed nothing yet."""
    with acting_as(Origin(actor=world.lea.pk)):
        invite_to_group(
            actor=world.lea,
            deal_id=world.deal.pk,
            group_id=world.buyers.pk,
            email=f"{name}@example.test",
            display_name=name.title(),
            language="en",
        )
    came = accept(invitation=Invitation.objects.get(person__email=f"{name}@example.test"), password=PASSWORD)
    assert came is not None
    return came


def agree(user: User, deal_id: object) -> set[int]:
    """The answers of the pages behind what the person's list of rooms offers."""
    browser = client_of(user)
    found = set()
    for row in browser.get(reverse("deals:rooms")).context["rooms"]:
        name = "people:nda" if row.must_sign else "deals:company" if row.unsealed else "deals:room"
        found.add(browser.get(reverse(name, args=[row.deal.pk])).status_code)
    listed = {row.deal.pk for row in my_rooms(user)}
    opens = browser.get(reverse("deals:room", args=[deal_id])).status_code
    signs = browser.get(reverse("people:nda", args=[deal_id])).status_code
    assert (deal_id in listed) == (200 in (opens, signs)), (opens, signs)
    return found


@pytest.mark.parametrize("kind", LOCKS)
def test_list_and_pages_agree_before_during_and_after(world: SimpleNamespace, kind: Kind) -> None:
    newcomer, late = invited(world, "nell"), invited(world, "ned")
    expired_signature(late, world.deal.pk)
    everybody = (world.bo, newcomer, late, world.sam)
    before = [agree(who, world.deal.pk) for who in everybody]
    assert before == [{200}, {200}, {200}, set()]
    lock = locked(world.olivia, kind, world.room if kind == Kind.ROOM else world.deal)
    assert [agree(who, world.deal.pk) for who in everybody] == [set()] * 4
    assert frozen_among([world.room.pk])
    assert approved(world.otto, asked(world.olivia, lock)).state == "carried_out"


@pytest.mark.parametrize("kind", LOCKS)
def test_no_page_asks_for_a_signature_that_leads_nowhere(world: SimpleNamespace, kind: Kind) -> None:
    newcomer = invited(world, "nell")
    browser, mine = client_of(newcomer), reverse("people:duties")
    signing = reverse("people:nda", args=[world.deal.pk])
    assert signing in browser.get(mine).content.decode()
    locked(world.olivia, kind, world.room if kind == Kind.ROOM else world.deal)
    assert signing not in browser.get(mine).content.decode()
    assert browser.get(signing).status_code == 404
    assert browser.post(signing, {"typed_name": "Nell", "agreed": "on"}).status_code == 404


@pytest.mark.parametrize("kind", LOCKS)
def test_its_code_name_is_on_no_page(world: SimpleNamespace, kind: Kind) -> None:
    """Nor on that of rooms, beside the list: somebody looked at it as them; nor in their notices."""
    begun(world, world.lea, world.bo)
    notify("room.files", [world.bo], deal_id=world.deal.pk)
    browser = client_of(world.bo)
    pages = [reverse("deals:rooms"), reverse("people:notices")]
    for page in pages:
        assert "Willow" in browser.get(page).content.decode(), page
    assert browser.get(pages[0]).context["previews"]
    locked(world.olivia, kind, world.room if kind == Kind.ROOM else world.deal)
    for page in [*pages, reverse("people:me"), reverse("people:duties")]:
        assert "Willow" not in browser.get(page).content.decode(), page
    assert browser.get(pages[0]).context["previews"]  # that somebody looked is theirs to know
    assert [line.code_name for line in lines(world.bo, list(world.bo.notices.all()))] == [""]
    assert browser.get(reverse("compliance:today"))["Location"] == reverse("deals:rooms")
