"""Rooms of partner firms: who comes for which is said when inviting; a firm that is shut opens nothing."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import translation

from audit.actions import Reason
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from deals.files.reading import CutOff
from deals.rooms.access import admitted
from deals.rooms.everybody import rooms_open_to
from deals.rooms.groups import invite_to_group
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind
from people.accounts.models import User
from people.invitations.services import CannotInvite
from people.partners import firms
from people.partners.standing import firm_of
from tests.cast import client_of
from tests.deals.scene import grant, group, stored
from tests.people.helpers import approve
from tests.people.partners.making import belongs, in_force, overdue, recorded, reinstating, suspended

pytestmark = pytest.mark.django_db
MEGABYTE = 1024**2


@pytest.fixture(autouse=True)
def somebody_acts() -> object:
    with acting_as(Origin()), translation.override("en"):
        yield


@pytest.fixture
def firm(world: SimpleNamespace) -> object:
    """bo comes for it."""
    made = in_force(world)
    belongs(world, world.bo, made)
    return made


def _invited(world: SimpleNamespace, kind: GroupKind, firm: object = None, email: str = "new@example.test"):
    into = group(world, f"Group {kind}", kind=kind)
    with acting_as(Origin(actor=world.lea.pk)):
        return invite_to_group(
            actor=world.lea,
            deal_id=world.deal.pk,
            group_id=into.pk,
            email=email,
            display_name="New",
            language="en",
            firm=firm,
        )


def test_the_lead_says_for_which_firm_they_come(world: SimpleNamespace, firm) -> None:
    invitation = _invited(world, GroupKind.ADVISER, firm.pk)
    assert firm_of(invitation.person_id) == firm
    with pytest.raises(CannotInvite, match="partner firm"):
        _invited(world, GroupKind.ADVISER, email="other@example.test")
    with pytest.raises(CannotInvite, match="not in force"):
        _invited(world, GroupKind.BUYER, recorded(world, "Birch").pk, email="third@example.test")
    assert not User.objects.filter(email__in=["other@example.test", "third@example.test"]).exists()


def test_the_form_offers_firms_in_force_and_the_room_shows_them(world: SimpleNamespace, firm) -> None:
    shut = recorded(world, "Birch Accountants")
    browser, page = client_of(world.lea), reverse("deals:group", args=[world.deal.pk, world.buyers.pk])
    text = browser.get(page).content.decode()
    assert "Cedar Law" in text
    assert "Birch Accountants" not in text
    answer = browser.post(
        reverse("deals:invite", args=[world.deal.pk, world.buyers.pk]),
        {"display_name": "Eve", "email": "eve@example.test", "language": "en", "firm": str(firm.pk)},
    )
    assert answer.status_code == 302
    assert firm_of(User.objects.get(email="eve@example.test").pk) == firm
    shown = browser.get(page).context["invited"]
    assert [(one.person.display_name, theirs) for one, theirs in shown] == [("Eve", firm)]
    refused = browser.post(
        reverse("deals:invite", args=[world.deal.pk, world.buyers.pk]),
        {"display_name": "Eva", "email": "eva@example.test", "language": "en", "firm": str(shut.pk)},
    )
    assert refused.status_code == 200
    assert not User.objects.filter(email="eva@example.test").exists()


def test_the_room_follows_the_firm(world: SimpleNamespace, firm) -> None:
    assert admitted(world.bo, world.deal.pk)
    overdue(world, firm)
    assert not admitted(world.bo, world.deal.pk)
    assert rooms_open_to(world.bo) == set()
    assert admitted(world.ben, world.deal.pk)  # of no firm


def test_the_gate_asks_in_its_one_query(world: SimpleNamespace, firm, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert admitted(world.bo, world.deal.pk)


def test_attack_a_person_of_a_suspended_firm_with_held_addresses(world: SimpleNamespace, firm) -> None:
    """Who signs in again is told why the room is shut, and gets nothing of it by any address."""
    held = stored(world, world.one, "plan.txt", b"old plan")
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    browser, room = client_of(world.bo), reverse("deals:room", args=[world.deal.pk])
    assert browser.get(room).status_code == 200
    suspended(world, firm)
    assert browser.get(room).status_code == 302  # the session is over
    again = client_of(User.objects.get(pk=world.bo.pk))
    for url, args in (
        ("deals:room", [world.deal.pk]),
        ("deals:folder", [world.deal.pk, world.one.pk]),
        ("deals:file", [world.deal.pk, held.file_id]),
        ("deals:original", [world.deal.pk, held.pk]),
    ):
        answer = again.get(reverse(url, args=args))
        assert answer.status_code == 403, url
        assert b"old plan" not in answer.content
    refused = LogEntry.objects.filter(reason=Reason.IN_ARREARS, actor=world.bo.pk)
    assert refused.count() == 4
    assert refused[0].fields == ["arrears.firm"]


def test_attack_a_session_that_was_being_written_is_not_theirs_later(world: SimpleNamespace, firm) -> None:
    """Put back into the store after the suspension, it would have come alive with the firm's return."""
    browser = client_of(world.bo)
    kept = dict(browser.session)
    suspended(world, firm)
    store = browser.session.__class__(session_key=None)
    store.update(kept)
    store.save()
    browser.cookies["sessionid"] = store.session_key
    approve(world.olivia, reinstating(world, firm))
    assert browser.get(reverse("deals:room", args=[world.deal.pk])).status_code == 302


def test_attack_a_running_download_stops_at_the_next_byte(world: SimpleNamespace, firm) -> None:
    version = stored(world, world.one, "a.bin", bytes(3 * MEGABYTE))
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    address = reverse("deals:original", args=[world.deal.pk, version.pk])
    stream = iter(client_of(world.bo).get(address).streaming_content)
    next(stream)
    suspended(world, firm)
    with pytest.raises(CutOff):
        next(stream)
    assert LogEntry.objects.filter(actor=world.bo.pk, action="file.download", result="refused").exists()


def test_a_running_download_stops_for_any_other_lack_too(world: SimpleNamespace, firm) -> None:
    version = stored(world, world.one, "a.bin", bytes(3 * MEGABYTE))
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    address = reverse("deals:original", args=[world.deal.pk, version.pk])
    stream = iter(client_of(world.bo).get(address).streaming_content)
    next(stream)
    overdue(world, firm)
    with pytest.raises(CutOff):
        next(stream)


def test_the_return_of_the_firm_opens_the_room(world: SimpleNamespace, firm) -> None:
    suspended(world, firm)
    approve(world.olivia, reinstating(world, firm))
    assert admitted(User.objects.get(pk=world.bo.pk), world.deal.pk)


def test_leaving_the_firm_closes_the_rooms(world: SimpleNamespace, firm) -> None:
    """Also for who comes for another firm next."""
    firms.leave(actor=world.olivia, partner_id=firm.pk, person_id=world.bo.pk)
    other = in_force(world, "Birch Accountants")
    belongs(world, world.bo, other)
    assert rooms_open_to(world.bo) == set()
    assert client_of(world.bo).get(reverse("deals:room", args=[world.deal.pk])).status_code == 404


def test_attack_invited_anew_without_the_firm_they_stay_theirs(world: SimpleNamespace, firm) -> None:
    suspended(world, firm)
    for chosen in (None, in_force(world, "Birch Accountants").pk):
        with pytest.raises(CannotInvite):
            _invited(world, GroupKind.BUYER, chosen, email=world.bo.email)
    assert firm_of(world.bo.pk) == firm
