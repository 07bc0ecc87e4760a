"""Whoever leaves or changes jobs leaves their post of the house; the deputy stands in, or it is told that
nobody does."""

from types import SimpleNamespace
from uuid import UUID

from django.test import Client
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from people.approvals.models import State as Asked
from people.approvals.services import open_preview
from people.notices.models import Notice
from people.posts.codes import Place, Post, State
from people.posts.holding import line_of, lines
from people.posts.models import Appointment, Vacancy
from people.raci.table import columns
from people.staffing.heirs import unnamed
from tests.cast import client_of
from tests.compliance.staffing.making import leaving, left, moved
from tests.people.posts.making import appointed, asked_for, proposed


def public_page() -> str:
    return Client(headers={"accept-language": "en"}).get(reverse("people:dpo")).content.decode()


def told(kind: str, about: UUID | None = None) -> set[str]:
    found = Notice.objects.filter(kind=kind)
    found = found.filter(object_id=about) if about else found
    return set(found.values_list("person__username", flat=True))


def ended(appointment: Appointment) -> LogEntry:
    appointment.refresh_from_db()
    assert appointment.state == State.ENDED
    return LogEntry.objects.using("default").get(action=Action.POST_END, object_id=appointment.pk)


def test_the_deputy_stands_in_for_a_holder_who_left(world: SimpleNamespace) -> None:
    held = appointed(world, world.otto)
    appointed(world, world.olivia, place=Place.DEPUTY)
    assert "Officer Otto" in public_page()
    change = left(world, world.otto, world.lea)
    entry = ended(held)
    assert (entry.request, entry.on_behalf_of) == (change.pk, world.olivia.pk)
    first = line_of(Post.DPO).first
    assert first is not None
    assert first.person == world.olivia
    assert told("post.stands_in") == {"olivia"}
    page = public_page()
    assert "Officer Olivia" in page
    assert "standing in" in page
    assert "Officer Otto" not in page


def test_without_a_deputy_it_is_vacant_from_that_hour_and_told(world: SimpleNamespace) -> None:
    appointed(world, world.otto)
    assert "Otto" in {column.who for column in columns(lines())}
    left(world, world.otto, world.lea)
    vacancy = Vacancy.objects.get(post=Post.DPO, filled_at__isnull=True)
    assert told("post.vacant", vacancy.pk) == {"olivia", "lea", "ada"}
    assert "post is vacant" in public_page()
    assert "Otto" not in public_page()
    assert "Otto" not in {column.who for column in columns(lines())}


def test_that_a_deputy_left_is_told(world: SimpleNamespace) -> None:
    appointed(world, world.olivia, Post.CONFIDENTIALITY)
    deputy = appointed(world, world.otto, Post.CONFIDENTIALITY, Place.DEPUTY)
    left(world, world.otto, world.lea)
    assert ended(deputy)
    assert {"olivia", "lea", "ada"} <= told("post.no_deputy")
    assert "otto" not in told("post.no_deputy")
    holder = line_of(Post.CONFIDENTIALITY).holder
    assert holder is not None
    assert holder.person == world.olivia


def test_it_ends_with_the_old_job_also_on_the_way_to_administration(world: SimpleNamespace) -> None:
    """An administrator holds no post, says a trigger: the change of jobs would never have happened."""
    held = appointed(world, world.otto)
    moved(world, world.otto, world.lin, "admin")
    assert ended(held)
    assert line_of(Post.DPO).holder is None
    assert "Officer Otto" not in public_page()


def test_it_ends_though_the_new_job_gives_what_it_needs(world: SimpleNamespace) -> None:
    held = appointed(world, world.otto)
    moved(world, world.otto, world.lin, "compliance_officer", "agent")
    assert ended(held)
    assert line_of(Post.DPO).holder is None


def test_what_was_only_proposed_ends_too(world: SimpleNamespace) -> None:
    wanted = proposed(world, world.otto)
    leaving(world.olivia, world.otto, world.lea, at=None)
    assert ended(wanted)
    asked = asked_for(wanted)
    assert open_preview(actor=world.olivia, request=asked) is None
    asked.refresh_from_db()
    assert asked.state == Asked.VOID


def test_it_is_told_as_soon_as_a_leaving_is_planned(world: SimpleNamespace) -> None:
    held = appointed(world, world.otto)
    change = leaving(world.olivia, world.otto, world.lea)
    assert {"olivia", "lea", "ada"} <= told("post.leaving")
    assert "otto" not in told("post.leaving")
    assert unnamed(change) == []  # nobody is named for it, and nothing waits for that
    page = client_of(world.olivia).get(reverse("people:staff_change", args=[change.pk]))
    [row] = [one for label, rows in page.context["groups"] for one, _form in rows if one.code == "posts"]
    assert (row.thing.id, row.thing.inherited) == (held.pk, False)
    assert "The post is vacant until a successor has accepted" in page.content.decode()
    assert f'value="{row.key}"' not in page.content.decode()


def test_a_successor_appointed_before_the_hour_holds_it_through(world: SimpleNamespace) -> None:
    appointed(world, world.otto)
    leaving(world.olivia, world.otto, world.lea)
    appointed(world, world.olivia)
    leaving_now = Appointment.objects.filter(person=world.otto, state=State.HELD)
    assert not leaving_now.exists()
    assert "Officer Olivia" in public_page()
