"""The answers are what the gates do on a real request: every person × object × state."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.reach import books, rooms
from compliance.reach.asking import books_of, doors, rooms_naming
from compliance.reach.reasons import CHANGERS, Answer, Why
from deals.models import DealMember
from deals.pipeline.models import DealType, Stage
from deals.pipeline.services import open_deal
from deals.rooms.levels import Level
from deals.rooms.models import FolderGrant, GroupKind
from people.accounts.models import User
from people.duties.models import NdaSignature
from people.invitations.services import invite
from people.locks.codes import Kind as LockKind
from people.roles.builtin import BUILTIN
from people.roles.models import GrantState, Role, RoleCode, RoleGrant
from tests.cast import NAMES, cast, client_of, signed
from tests.compliance.containment.making import locked
from tests.deals.scene import at_stage, expired_signature, grant, group, scene
from tests.deals.seals.making import drawn_up
from tests.people.duties.making import new_version
from tests.people.partners import making as firms
from tests.people.policies.making import overdue
from tests.people.roles.making import composed, give
from tests.vault.custody.freezing.making import frozen
from tests.vault.records.makers import add, book_of, let_in
from vault.records.models import BookMember, ClientBook, ClientState
from vault.records.models import Level as BookLevel

pytestmark = pytest.mark.django_db

World = SimpleNamespace
YESTERDAY = timedelta(days=1)
FOLDERS = ("one", "one_one", "two")


def built() -> World:
    """Willow with its room; ming's book, in which lin reads, with one client. ada, olivia and bo stand in it
    by hand, which lets none of them in."""
    world = scene(**cast())
    world.book = book_of(world.ming)
    let_in(world.book, world.lin, BookLevel.READ)
    for name in ("ada", "olivia", "bo"):
        BookMember.objects.create(
            book=world.book, user=getattr(world, name), level=BookLevel.READ, added_by=world.ming
        )
    DealMember.objects.create(deal=world.deal, user=world.ada, added_by=world.lea)
    world.client = add(world.book)
    return world


def _disabled(name: str) -> Callable[[World], None]:
    def disable(world: World) -> None:
        User.objects.filter(pk=getattr(world, name).pk).update(is_active=False, disabled_at=timezone.now())

    return disable


def _role(state: str, name: str = "ming") -> Callable[[World], None]:
    """The role's grant is taken back, or was only asked for, or has run out."""

    def change(world: World) -> None:
        person = getattr(world, name)
        RoleGrant.objects.filter(user=person).update(state=GrantState.REVOKED, ended_at=timezone.now())
        if state == "revoked":
            return
        made = RoleGrant(user=person, role_id=RoleCode.AGENT, granted_by=world.ada, state=GrantState.PENDING)
        if state == "expired":
            made.created_at = timezone.now() - 2 * YESTERDAY
            made.valid_until = timezone.now() - YESTERDAY
            made.state, made.confirmed_by = GrantState.ACTIVE, world.olivia
        made.save()

    return change


def _in_other_stages(world: World) -> None:
    """Ming's role counts on deals and rooms from the negotiation on."""
    _role("revoked")(world)
    limits = {"stages": [Stage.NEGOTIATION, Stage.SIGNING]}
    give(world, composed(world, BUILTIN[RoleCode.AGENT].permissions, **limits), world.ming)


def _for_another_deal(world: World) -> None:
    _role("revoked")(world)
    with acting_as(Origin(actor=world.lea.pk)):
        other = open_deal(actor=world.lea, code_name="Rowan", deal_type=DealType.SHARES, lead=world.lea)
    give(world, Role.objects.get(code=RoleCode.AGENT), world.ming, for_deal=other.pk)


def _signature_revoked(name: str) -> Callable[[World], None]:
    def revoke(world: World) -> None:
        signed_by = NdaSignature.objects.filter(person=getattr(world, name))
        signed_by.update(revoked_at=timezone.now(), revoked_by=world.lea)

    return revoke


def _sam_joins(world: World) -> None:
    """Without having signed."""
    world.buyers.auth_group.user_set.add(world.sam)


def _sam_joined_long_ago(world: World) -> None:
    _sam_joins(world)
    expired_signature(world.sam, world.deal.pk)


def _group_ended(world: World) -> None:
    world.buyers.expires_at = timezone.now()
    world.buyers.save(update_fields=["expires_at"])


def _taken_out(world: World) -> None:
    world.buyers.auth_group.user_set.remove(world.bo)


def _invited(world: World) -> None:
    with acting_as(Origin(actor=world.lea.pk)):
        invite(
            actor=world.lea,
            deal_id=world.deal.pk,
            group_id=world.buyers.pk,
            email=world.sam.email,
            display_name="Sam",
            code_name="Willow",
        )


def _seller_too(world: World) -> None:
    """sam is on the seller's side, whom no stage stops, and bo in two groups."""
    signed(world.sam, deal_id=world.deal.pk, kind="client")
    sellers = group(world, "Willow's own", world.sam, kind=GroupKind.SELLER)
    grant(world, sellers, world.one, Level.MANAGE)
    second = group(world, "Advisers", world.bo, kind=GroupKind.ADVISER, stage=Stage.NDA)
    grant(world, second, world.two, Level.VIEW)
    at_stage(world.deal, Stage.NDA)


def _firm_shut(world: World) -> None:
    firm = firms.in_force(world)
    firms.belongs(world, world.bo, firm)
    firms.overdue(world, firm)


def _grant_expired(world: World) -> None:
    FolderGrant.objects.filter(content_object=world.one).update(expires_at=timezone.now())


def _storage_only(world: World) -> None:
    world.client.state = ClientState.STOP_USE
    world.client.save(update_fields=["state"])


def _unsealed(world: World) -> None:
    drawn_up(world)


STATES: dict[str, Callable[[World], None]] = {
    "company unsealed": _unsealed,
    "as it is": lambda w: None,
    "ming disabled": _disabled("ming"),
    "bo disabled": _disabled("bo"),
    "role revoked": _role("revoked"),
    "role pending": _role("pending"),
    "role expired": _role("expired"),
    "role in other stages": _in_other_stages,
    "role for another deal": _for_another_deal,
    "lead's undertaking revoked": _signature_revoked("lea"),
    "buyer's undertaking revoked": _signature_revoked("bo"),
    "undertaking never signed": _sam_joins,
    "undertaking expired": _sam_joined_long_ago,
    "policy overdue": overdue,
    "newer undertaking": lambda w: new_version(w, "buyer", again=True),
    "firm not in force": _firm_shut,
    "group ended": _group_ended,
    "taken out of the group": _taken_out,
    "invited and not come": _invited,
    "before the stage": lambda w: at_stage(w.deal, Stage.NDA),
    "deal closed": lambda w: at_stage(w.deal, Stage.CLOSED),
    "group behind the deal": lambda w: type(w.buyers).objects.filter(pk=w.buyers.pk).update(stage=Stage.KYC),
    "seller and two groups": _seller_too,
    "right expired": _grant_expired,
    "right set to none": lambda w: grant(w, w.buyers, w.one_one, Level.NONE),
    "right taken back": lambda w: grant(w, w.buyers, w.one, None),
    "room frozen": lambda w: frozen(w.room, w.olivia),
    "room locked": lambda w: locked(w.olivia, LockKind.ROOM, w.room),
    "ming locked": lambda w: locked(w.olivia, LockKind.PERSON, w.ming),
    "book frozen": lambda w: frozen(w.book, w.ming),
    "storage only": _storage_only,
    "off the deal": lambda w: DealMember.objects.filter(deal=w.deal, user=w.ming).delete(),
    "out of the book": lambda w: BookMember.objects.filter(book=w.book, user=w.lin).delete(),
}


def _opened(browser: Browser, world: World) -> dict[str, bool]:
    """What real requests get: each object's own page, with something on it."""
    deal = world.deal.pk
    found = {"room": browser.get(reverse("deals:room", args=[deal])).status_code == 200}
    for name in FOLDERS:
        address = reverse("deals:folder", args=[deal, getattr(world, name).pk])
        found[name] = browser.get(address).status_code == 200
    page = browser.get(reverse("vault:client", args=[world.client.pk]))
    found["client"] = page.status_code == 200 and bool(page.context["sections"])
    listed = browser.get(reverse("vault:clients"), {"book": str(world.book.pk)})
    rows = listed.context["page"].rows if listed.status_code == 200 else []
    found["book"] = any(row.client.book_id == world.book.pk and not row.frozen for row in rows)
    return found


def _answers(world: World, people: list[User]) -> dict[UUID, dict[str, Answer]]:
    """What the answers say: of all people at once."""
    room = rooms.reach_of(world.room, people)
    branches = {one.folder.pk: one for one in room.branches}
    book = books.reach_of(ClientBook.objects.get(pk=world.book.pk), people)
    world.client.refresh_from_db()
    return {
        person.pk: {
            "room": room.answer(person),
            **{name: room.answer(person, branches[getattr(world, name).pk]) for name in FOLDERS},
            "client": book.answer(person, world.client),
            "book": book.answer(person),
        }
        for person in people
    }


@pytest.mark.parametrize("state", STATES)
def test_the_answer_is_what_the_gate_does(state: str) -> None:
    world = built()
    signed_in = {name: client_of(getattr(world, name)) for name in NAMES}
    ids = {name: getattr(world, name).pk for name in NAMES}
    STATES[state](world)
    world.room.deal.refresh_from_db()
    people = list(User.objects.filter(pk__in=ids.values()).order_by("pk"))
    answers = _answers(world, people)
    named = {"room": rooms.named_in(world.room), "book": books.named_in(world.book)}
    for name, pk in ids.items():
        opened = _opened(signed_in[name], world)
        said = {thing: answer.opens for thing, answer in answers[pk].items()}
        assert said == opened, (name, {thing: answer.why for thing, answer in answers[pk].items()})
        for thing, answer in answers[pk].items():
            assert bool(answer.through) == answer.opens, (name, thing)
            assert answer.opens or answer.changer, (name, thing)
        person = User.objects.get(pk=pk)
        for thing, listed in named.items():
            assert not said[thing] or listed.filter(pk=pk).exists(), (name, thing)
        can = {book.pk for book in books_of(person)} - ({world.book.pk} if state == "book frozen" else set())
        assert (world.book.pk in can) == said["book"], name
        seen = {door.room.pk: door for door in doors(person, list(rooms_naming(person)))}
        assert (world.room.pk in seen and seen[world.room.pk].opens) == said["room"], name
        if said["room"]:
            assert seen[world.room.pk].folders == sum(said[one] for one in FOLDERS), name


FIRST: dict[tuple[str, str, str], Why] = {
    ("as it is", "ada", "book"): Why.ADMINISTERS,
    ("as it is", "ada", "room"): Why.ADMINISTERS,
    ("as it is", "olivia", "client"): Why.NO_ROLE,
    ("as it is", "bo", "book"): Why.OUTSIDE,
    ("as it is", "lea", "book"): Why.NOT_IN_BOOK,
    ("as it is", "lin", "room"): Why.NOT_ON_DEAL,
    ("as it is", "bo", "two"): Why.NO_GRANT,
    ("as it is", "sam", "room"): Why.NDA_UNSIGNED,
    ("ming disabled", "ming", "client"): Why.DISABLED,
    ("ming disabled", "ming", "room"): Why.DISABLED,
    ("bo disabled", "bo", "one"): Why.DISABLED,
    ("role revoked", "ming", "book"): Why.ROLE_REVOKED,
    ("role pending", "ming", "room"): Why.ROLE_WAITS,
    ("role expired", "ming", "book"): Why.ROLE_EXPIRED,
    ("lead's undertaking revoked", "lea", "room"): Why.NDA_REVOKED,
    ("buyer's undertaking revoked", "bo", "one"): Why.NDA_REVOKED,
    ("undertaking expired", "sam", "room"): Why.NDA_EXPIRED,
    ("undertaking never signed", "sam", "one"): Why.NDA_UNSIGNED,
    ("newer undertaking", "bo", "room"): Why.NDA_REPLACED,
    ("policy overdue", "lea", "room"): Why.OWING,
    ("policy overdue", "ming", "one"): Why.OWING,
    ("role in other stages", "ming", "room"): Why.ROLE_STAGE,
    ("role for another deal", "ming", "one"): Why.ROLE_OTHER_DEAL,
    ("role for another deal", "ming", "client"): Why.ROLE_OTHER_DEAL,
    ("firm not in force", "bo", "room"): Why.FIRM_SHUT,
    ("company unsealed", "bo", "room"): Why.UNSEALED,
    ("group ended", "bo", "room"): Why.GROUP_ENDED,
    ("taken out of the group", "bo", "one"): Why.NOT_IN_GROUP,
    ("invited and not come", "sam", "room"): Why.INVITED,
    ("before the stage", "bo", "one"): Why.STAGE,
    ("group behind the deal", "bo", "one"): Why.STAGE,
    ("right expired", "bo", "one_one"): Why.GRANT_EXPIRED,
    ("right set to none", "bo", "one_one"): Why.GRANT_NONE,
    ("right taken back", "bo", "one"): Why.NO_GRANT,
    ("room frozen", "bo", "room"): Why.FROZEN,
    ("room frozen", "lea", "two"): Why.FROZEN,
    ("room locked", "bo", "room"): Why.LOCKED,
    ("room locked", "lea", "two"): Why.LOCKED,
    ("ming locked", "ming", "client"): Why.LOCKED,
    ("book frozen", "lin", "book"): Why.FROZEN,
    ("storage only", "ming", "client"): Why.STORAGE_ONLY,
    ("off the deal", "ming", "one"): Why.NOT_ON_DEAL,
    ("out of the book", "lin", "client"): Why.NOT_IN_BOOK,
}


@pytest.mark.parametrize("case", FIRST, ids=" · ".join)
def test_the_first_gate_that_says_no_is_named(case: tuple[str, str, str]) -> None:
    state, name, thing = case
    world = built()
    person = getattr(world, name)
    STATES[state](world)
    world.room.deal.refresh_from_db()
    [known] = User.objects.filter(pk=person.pk)
    assert _answers(world, [known])[known.pk][thing].why == FIRST[case]


def test_every_reason_is_told_and_somebody_named_for_it() -> None:
    assert set(CHANGERS) == set(Why)
    assert set(FIRST.values()) == set(Why) - {Why.SERVICE}
