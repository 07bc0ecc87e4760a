"""Who would decide about what is not theirs, too late, or about themselves."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.accessreviews.codes import State
from compliance.accessreviews.deciding import NotPossible, keep, revoke
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from people.accounts.models import User
from people.roles.models import GrantState, RoleGrant
from tests.cast import client_of
from tests.compliance.accessreviews.conftest import item_of, opened
from tests.people.helpers import confirm_identity

pytestmark = pytest.mark.django_db


def page(review: AccessReview, show: str = "") -> str:
    return reverse("compliance:access_review", args=[review.pk]) + (f"?show={show}" if show else "")


def confirmed(user: User) -> Client:
    browser = client_of(user)
    confirm_identity(browser)
    return browser


def state_of(item: ReviewedAccess) -> str:
    return ReviewedAccess.objects.get(pk=item.pk).state


def test_attack_nobody_decides_about_their_own(world: SimpleNamespace, review: AccessReview) -> None:
    own = item_of(review, "role", world.olivia)
    with acting_as(Origin(actor=world.olivia.pk)), pytest.raises(Refused):
        keep(actor=world.olivia, item_id=own.pk, reason="mine")
    confirmed(world.olivia).post(page(review), {"item": [str(own.pk)], "decision": "keep", "reason": "mine"})
    assert state_of(own) == State.WAITING


@pytest.mark.parametrize("name", ["lin", "ming", "ada", "aud", "bo", "sam"])
def test_attack_others_decide_nothing_about_a_deal(
    world: SimpleNamespace, review: AccessReview, name: str
) -> None:
    """Neither who only reads along nor who works there without leading."""
    item, user = item_of(review, "guest", world.ben), getattr(world, name)
    for decide in (keep, revoke):
        with acting_as(Origin(actor=user.pk)), pytest.raises(Refused):
            decide(actor=user, item_id=item.pk, reason="x")
    browser = client_of(user)
    for address in (page(review), reverse("compliance:access_review_item", args=[item.pk])):
        browser.post(address, {"item": [str(item.pk)], "decision": "revoke", "reason": "x"})
    assert state_of(item) == State.WAITING


def test_attack_a_lead_decides_nothing_of_others(world: SimpleNamespace, review: AccessReview) -> None:
    browser = confirmed(world.lea)
    shown = browser.get(page(review)).content.decode()
    assert item_of(review, "role", world.ada).pk.hex not in shown.replace("-", "")
    foreign = [item_of(review, "role", world.lin), item_of(review, "book", world.lin)]
    browser.post(page(review), {"item": [str(item.pk) for item in foreign], "decision": "revoke"})
    assert {state_of(item) for item in foreign} == {State.WAITING}
    for item in foreign:
        address = reverse("compliance:access_review_item", args=[item.pk])
        assert browser.get(address).status_code == 404


def test_attack_a_stolen_session_revokes_nothing(world: SimpleNamespace, review: AccessReview) -> None:
    item = item_of(review, "role", world.lin)
    browser = client_of(world.olivia)  # no code typed in it for a while
    answer = browser.post(page(review), {"item": [str(item.pk)], "decision": "revoke"})
    assert b"step_up_code" in answer.content
    assert state_of(item) == State.WAITING
    assert RoleGrant.objects.get(user=world.lin).state == GrantState.ACTIVE


def test_attack_made_up_ids_and_words_change_nothing(world: SimpleNamespace, review: AccessReview) -> None:
    browser = confirmed(world.olivia)
    item = str(item_of(review, "role", world.lin).pk)
    for typed in (
        {"item": ["x", str(uuid4()), "' or 1=1"], "decision": "revoke"},
        {"item": [item], "decision": "kept"},
        {"item": [item], "state": "revoked"},
        {"item": [item], "decision": ""},
        {"decision": "revoke"},
    ):
        assert browser.post(page(review), typed).status_code == 302
    assert not review.items.exclude(state=State.WAITING).exists()


def test_attack_an_item_of_another_review_stays(world: SimpleNamespace, review: AccessReview) -> None:
    other = opened(days_ago=200)
    item = item_of(review, "role", world.lin)
    confirmed(world.olivia).post(page(other), {"item": [str(item.pk)], "decision": "revoke"})
    assert state_of(item) == State.WAITING


def test_attack_nothing_is_decided_twice(world: SimpleNamespace, review: AccessReview) -> None:
    item = item_of(review, "role", world.lin)
    with acting_as(Origin(actor=world.olivia.pk)):
        revoke(actor=world.olivia, item_id=item.pk)
    with acting_as(Origin(actor=world.otto.pk)), pytest.raises(Refused):
        keep(actor=world.otto, item_id=item.pk, reason="back")


def test_attack_nothing_is_kept_once_its_time_is_over(world: SimpleNamespace) -> None:
    item = item_of(opened(days_ago=15), "guest", world.bo)
    with acting_as(Origin(actor=world.lea.pk)), pytest.raises(NotPossible):
        keep(actor=world.lea, item_id=item.pk, reason="still needed")


def test_on_the_page_several_are_decided_at_once(world: SimpleNamespace, review: AccessReview) -> None:
    browser = confirmed(world.lea)
    assert [line.decides for line in browser.get(page(review)).context["lines"]] == [True] * 3
    items = [item_of(review, "guest", person) for person in (world.bo, world.ben)]
    typed = {"item": [str(item.pk) for item in items], "decision": "keep"}
    browser.post(page(review), typed)
    assert {state_of(item) for item in items} == {State.KEPT}


def test_one_that_cannot_be_kept_like_that_holds_up_no_other(
    world: SimpleNamespace, review: AccessReview
) -> None:
    unused, used = item_of(review, "role", world.aud), item_of(review, "role", world.lin)
    typed = {"item": [str(unused.pk), str(used.pk)], "decision": "keep"}
    said = confirmed(world.olivia).post(page(review), typed, follow=True).content.decode()
    assert "not used in 90 days" in said
    assert (state_of(unused), state_of(used)) == (State.WAITING, State.KEPT)


def test_one_access_on_its_page(world: SimpleNamespace, review: AccessReview) -> None:
    browser = confirmed(world.olivia)
    item = item_of(review, "role", world.lin)
    address = reverse("compliance:access_review_item", args=[item.pk])
    assert browser.get(address).context["effects"]
    assert browser.post(address, {"decision": "revoke"})["Location"] == page(review)
    assert state_of(item) == State.REVOKED
    assert LogEntry.objects.using("default").filter(object_id=item.pk, action=Action.ACCESS_REVOKE).exists()
    assert "effects" not in browser.get(address).context
