"""The parts beneath: two people at one gate, and when a preview stands."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from deals.models import FileGrant
from deals.previews.standing import Standing, why_over
from deals.rooms.access import which_files, which_folders, which_single_files
from deals.rooms.levels import Level
from deals.rooms.sight import looking_as
from tests.deals.previews.looking import sight
from tests.deals.scene import grant
from tests.deals.test_queries import many

pytestmark = pytest.mark.django_db


def test_both_gates_must_agree_whoever_reaches_further(world: SimpleNamespace) -> None:
    """Asked of two buyers, since staff on a deal reach everything: what one of them reaches is hidden."""
    grant(world, world.rivals, world.one_one, Level.MANAGE)
    for viewer, person in ((world.bo, world.ben), (world.ben, world.bo)):
        with looking_as(sight(world, viewer, person)):
            assert [(each.pk, each.level) for each in which_folders(viewer, world.room)] == [
                (world.one_one.pk, Level.VIEW)
            ]
            assert which_single_files(viewer, world.room, []) == []


def test_a_page_of_files_is_full_though_one_of_both_sees_few(world: SimpleNamespace) -> None:
    """ben has grants of his own on files 3 to 11 of folder 1, bo is shut out of 3 to 7: the list goes on."""
    many(world, 9)
    none = Permission.objects.get(codename=Level.NONE.codename, content_type__model="file")
    first = list(world.one.files.order_by("position")[:6])
    for file in first[1:]:
        FileGrant.objects.create(group_id=world.buyers.auth_group_id, permission=none, content_object=file)
    with looking_as(sight(world, world.bo, world.ben)):
        found = which_files(world.bo, world.one, limit=3)
        assert [file.position for file in found] == [8, 9, 10]
        assert [file.position for file in which_files(world.bo, world.one, after=10, limit=3)] == [11]


@given(
    late=st.integers(-900, 900),
    holds=st.fixed_dictionaries(
        {name: st.booleans() for name in ("same_session", "viewer_leads", "person_is_in", "closed", "frozen")}
    ),
)
def test_a_preview_stands_only_while_everything_does(late: int, holds: dict[str, bool]) -> None:
    now = timezone.now()
    over = why_over(Standing(now=now, ends_at=now - timedelta(seconds=late), **holds))
    stands = holds["same_session"] and holds["viewer_leads"] and holds["person_is_in"]
    assert (over is None) == (stands and late < 0 and not holds["closed"] and not holds["frozen"])
