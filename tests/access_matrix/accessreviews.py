"""Reviews of access: officers, administrators and auditors read; leads see and decide about their own."""

from typing import Any
from uuid import uuid4

from compliance.accessreviews.opening import open_review
from people.accounts.system import system_account
from tests.access_matrix import Row, World, who
from tests.deals.scene import scene

READS = who("ada", "olivia", "otto", "aud")
LEADS = READS | who("lea")


def _opened(world: World) -> None:
    there = scene(**{name: value for name, value in vars(world).items() if name != "browsers"})
    world.deal = there.deal
    world.review = open_review(actor=system_account())


def _review(world: World) -> list[Any]:
    return [world.review.pk]


def _guest(world: World) -> list[Any]:
    return [world.review.items.get(kind="guest", person=world.bo).pk]


def _role(world: World) -> list[Any]:
    return [world.review.items.get(kind="role", person=world.lin).pk]


ROWS = [
    Row(url="compliance:access_reviews", who=READS),
    Row(url="compliance:access_reviews", who=LEADS, state="lea leads a deal", build=_opened),
    Row(url="compliance:access_review_open", who=who("olivia", "otto"), method="post"),
    Row(url="compliance:access_review", who=LEADS, build=_opened, args=_review),
    Row(url="compliance:access_review", who=LEADS, build=_opened, args=_review, method="post"),
    Row(url="compliance:access_review", who=who(), state="no such review", args=lambda _: [uuid4()]),
    Row(url="compliance:access_review_item", who=LEADS, state="a guest", build=_opened, args=_guest),
    Row(url="compliance:access_review_item", who=READS, state="a role", build=_opened, args=_role),
    Row(url="compliance:access_review_item", who=who(), state="no such item", args=lambda _: [uuid4()]),
]
