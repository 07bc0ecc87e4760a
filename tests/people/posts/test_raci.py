"""The page of responsibilities follows roles, posts and notices: change one, and it says something else."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils.translation import override

from people.approvals.registry import actions
from people.posts.codes import Place, Post
from people.posts.holding import lines
from people.raci.table import columns, rows
from people.raci.tasks import permissions_for, tasks
from people.roles.models import RoleCode, RolePermission
from people.roles.permissions import Permission
from tests.cast import client_of
from tests.people.posts.making import appointed

pytestmark = pytest.mark.django_db


def table() -> dict[tuple[str, str], str]:
    """Letters by task and column, in English."""
    with override("en"):
        posts = lines()
        found = rows(columns(posts), posts)
        return {(row.label, column.label): letters for row in found for column, letters in row.cells}


def test_every_kind_of_approval_is_a_row_and_every_row_has_somebody_who_answers(
    people: SimpleNamespace,
) -> None:
    found = table()
    with override("en"):
        wanted = {str(action.label) for action in actions()} | {str(task.label) for task in tasks()}
    assert {label for label, _column in found} == wanted
    for label in wanted:
        assert any("A" in letters for (row, _column), letters in found.items() if row == label), label


def test_every_task_names_a_view_that_says_what_it_needs() -> None:
    assert len(tasks()) >= 5
    for task in tasks():
        assert permissions_for(task.page), task.page


def test_a_role_that_changes_changes_the_page(people: SimpleNamespace) -> None:
    before = table()
    assert before["Export clients", "Deal lead"] == "RA"
    assert before["Export clients", "Agent"] == "R"
    assert before["Export clients", "Administrator"] == ""
    lead = RolePermission.objects.filter(role_id=RoleCode.DEAL_LEAD)
    lead.filter(permission=Permission.EXPORT_APPROVE).delete()
    assert table()["Export clients", "Deal lead"] == "R"
    page = client_of(people.ming).get(reverse("people:raci")).content.decode()
    assert "Export clients" in page


def test_a_post_that_is_held_takes_the_answer_from_the_roles(people: SimpleNamespace) -> None:
    lowering = "Lower the protection of client data"
    officer, holder, deputy = (
        "Compliance officer",
        "Data protection officer · Holder",
        "Data protection officer · Deputy",
    )
    assert "A" in table()[lowering, officer]
    appointed(people, people.olivia)
    after = table()
    assert "A" not in after[lowering, officer]
    assert after[lowering, holder] == "A"
    assert after[lowering, deputy] == "C"
    basis = "Set the lawful basis of a purpose"
    assert (after[basis, officer], after[basis, holder]) == ("R", "A")


def test_who_is_told_follows_from_whom_the_notices_go_to(people: SimpleNamespace) -> None:
    found = table()
    lock = "Lock a person, room, deal or client book"
    assert found[lock, "Compliance officer"] == "RA"
    assert found["Change who a client is or where money goes", "Outside counsel"] == ""
    assert "C" in found["Destroy records for good", "Outside counsel"]
    assert found["Export clients", "Compliance officer"] == "A"
    assert found["Show plaintext of a client once", "Agent"] == "R"


def test_counted_queries_however_many_tasks(
    people: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    appointed(people, people.olivia)
    appointed(people, people.otto, place=Place.DEPUTY)
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        posts = lines()
        found = rows(columns(posts), posts)
    assert len(found) > len(Post) * 10
