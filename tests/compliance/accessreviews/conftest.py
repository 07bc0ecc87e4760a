from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from compliance.accessreviews.opening import open_review
from people.accounts.system import system_account
from people.roles.models import RoleGrant
from tests.cast import cast
from tests.deals.scene import scene
from tests.vault.records.makers import add, book_of, let_in
from vault.records.models import Level


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """Willow (led by lea, with ming; bo and ben in groups); ming's book, which lin reads and which was used
    by lin today."""
    built = scene(**cast())
    built.book = book_of(built.ming)
    built.client = add(built.book)
    let_in(built.book, built.lin, Level.READ)
    return built


@pytest.fixture
def review(world: SimpleNamespace) -> AccessReview:
    return opened()


def opened(days_ago: int = 0) -> AccessReview:
    """By the house; longer ago than its fourteen days, it is due."""
    house, then = system_account(), timezone.now() - timedelta(days=days_ago)
    with acting_as(Origin(actor=house.pk)), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: then)
        made = open_review(actor=house)
    assert made is not None
    return made


def item_of(review: AccessReview, kind: str, person: object, thing: UUID | None = None) -> ReviewedAccess:
    found = review.items.filter(kind=kind, person=person)
    return found.get(thing=thing) if thing else found.get()


def role_of(person: object) -> UUID:
    return RoleGrant.objects.get(user=person).pk
