"""Whom a request is told to: everybody whom the gate gives a voice, found at the same cost in a house of ten
as in one of sixty."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.speakup.access import PROTECTED_ACT
from deals.pipeline.stages import Stage, request_stage
from people.accounts.models import Kind, User
from people.approvals.deciders import deciders
from people.approvals.models import ApprovalRequest
from people.approvals.registry import action_of, register
from people.approvals.voices import has_spoken, voice_of
from people.delegations.services import delegate
from people.duties.drafts import ask as ask_for_text
from people.posts.codes import Place, Post
from people.roles.models import RoleCode
from tests.cast import cast, person
from tests.compliance.conduct.making import opened
from tests.compliance.speakup import making as speakup
from tests.deals.scene import scene
from tests.people.approvals.actions import Rename
from tests.people.duties.making import drafted
from tests.people.posts.making import appointed, asked_for, away, proposed
from tests.vault.records.makers import ZHANG, add, book_of, let_in
from tests.vault.records.versions.making import OTHER_ACCOUNT, asked, change

MOST = 14  # queries, of the costliest kind: of a post, whose holder is away

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Iterator[SimpleNamespace]:
    with acting_as(Origin()):
        built = scene(**cast())
        built.book = book_of(built.ming)
        yield built


def of_a_post(world: SimpleNamespace) -> ApprovalRequest:
    return asked_for(proposed(world, world.olivia))


def of_an_absent_holder(world: SimpleNamespace) -> ApprovalRequest:
    """The holder is away, the deputy decides in their place."""
    holder = appointed(world, world.otto, Post.CONFIDENTIALITY)
    deputy = person("opal", role=RoleCode.COMPLIANCE_OFFICER)
    appointed(world, deputy, Post.CONFIDENTIALITY, Place.DEPUTY)
    away(holder)
    return ask_for_text(actor=world.olivia, draft=drafted(world, "buyer"), reason="as discussed")


def of_a_protected_person(world: SimpleNamespace) -> ApprovalRequest:
    report, _code = speakup.reported()
    speakup.protected(report, world.ming, world.otto)
    opened(world)
    return ApprovalRequest.objects.get(action=PROTECTED_ACT)


def of_a_book(world: SimpleNamespace) -> ApprovalRequest:
    let_in(world.book, world.lin)
    client = add(world.book, ZHANG)
    change(client, bank_account=OTHER_ACCOUNT)
    return asked(client)


def of_a_delegate(world: SimpleNamespace) -> ApprovalRequest:
    """An officer decides, and lin in the officer's place."""
    with acting_as(Origin(actor=world.otto.pk)):
        delegate(
            actor=world.otto,
            to=world.lin,
            codes=["deal.stage"],
            starts_at=timezone.now(),
            ends_at=timezone.now() + timedelta(days=2),
            reason="on leave",
        )
    with acting_as(Origin(actor=world.lea.pk)):
        return request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.NEGOTIATION, reason="agreed")


KINDS: list[tuple[Callable[[SimpleNamespace], ApprovalRequest], set[str], int]] = [
    # how it is asked for, who is told in the small house, how many more in the large one
    (of_a_post, {"otto"}, 20),
    (of_an_absent_holder, {"otto", "opal"}, 0),
    (of_a_protected_person, {"otto"}, 15),
    (of_a_book, {"lin", "olivia", "otto"}, 25),
    (of_a_delegate, {"olivia", "otto", "lin"}, 15),
]


def told(request: ApprovalRequest) -> tuple[set[str], int]:
    fresh = ApprovalRequest.objects.get(pk=request.pk)
    with CaptureQueriesContext(connection) as queries:
        found = deciders(fresh)
    assert len(found) == len({one.pk for one in found})
    return {one.username for one in found}, len(queries)


def by_the_gate(request: ApprovalRequest) -> set[str]:
    """Everybody asked one by one, as the page and the decision do."""
    kind = action_of(request.action)
    people = User.objects.exclude(kind=Kind.SERVICE).exclude(pk=request.requester_id)
    return {
        one.username
        for one in people
        if voice_of(one, request, kind) is not None and not has_spoken(request, one)
    }


def crowd(world: SimpleNamespace) -> None:
    for number in range(15):
        person(f"officer{number}", role=RoleCode.COMPLIANCE_OFFICER)
    for number in range(10):
        let_in(world.book, person(f"agent{number}", role=RoleCode.AGENT))
    for number in range(5):
        person(f"lead{number}", role=RoleCode.DEAL_LEAD)
    for number in range(20):
        person(f"other{number}", role=RoleCode.AGENT)
        person(f"counsel{number}", kind=Kind.OUTSIDE, role=RoleCode.COUNSEL)


@pytest.mark.parametrize(("ask", "small", "more"), KINDS, ids=lambda one: getattr(one, "__name__", ""))
def test_it_costs_the_same_in_a_large_house(
    world: SimpleNamespace, ask: Callable[[SimpleNamespace], ApprovalRequest], small: set[str], more: int
) -> None:
    request = ask(world)
    found, cost = told(request)
    assert found == small == by_the_gate(request)
    assert cost <= MOST
    crowd(world)
    many, same = told(request)
    assert same == cost
    assert many >= small
    assert len(many) == len(small) + more
    assert many == by_the_gate(request)


def test_an_action_that_the_gate_would_not_ask_is_not_taken_in() -> None:
    """What it says about one person alone, or in its list alone, would keep nobody from deciding."""

    class ByOne(Rename):
        def may_decide(self, user: User, request: ApprovalRequest) -> bool:
            return False

    class InItsList(Rename):
        def concerning(self, user: User) -> Q:
            return Q(requester=user)

    class AsBefore(Rename):
        def concerns(self, user: User, request: ApprovalRequest) -> bool:
            return True

    for kind in (ByOne, InItsList, AsBefore):
        with pytest.raises(ValueError, match="who_may"):
            register(kind())
