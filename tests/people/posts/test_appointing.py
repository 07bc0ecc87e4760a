"""Appointing: three people, in writing, never an administrator; and what the database refuses."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.approvals.models import State as Asked
from people.approvals.services import NotDecidable
from people.notices.models import Notice
from people.posts import services
from people.posts.codes import Place, Post, State
from people.posts.holding import line_of
from people.posts.models import Absence, Appointment, Vacancy
from people.roles.models import RoleCode
from tests.cast import client_of, hold, person
from tests.people.helpers import approve, confirm_identity, logged, refuse
from tests.people.posts.making import CONTACT, accepted, agreed, appointed, asked_for, away, proposed

pytestmark = pytest.mark.django_db


def test_three_people_and_a_word_in_writing(people: SimpleNamespace) -> None:
    wanted = proposed(people, people.olivia)
    with pytest.raises(services.NotPossible):
        accepted(wanted)  # nobody has agreed yet
    agreed(people, wanted)
    assert Notice.objects.filter(person=people.olivia, kind="post.offered").exists()
    assert line_of(Post.DPO).holder is None
    accepted(wanted)
    wanted.refresh_from_db()
    assert (wanted.state, wanted.agreed_by, wanted.typed_name) == (State.HELD, people.otto, "Olivia")
    held = line_of(Post.DPO).holder
    assert held is not None
    assert held.person == people.olivia
    for action in (Action.POST_PROPOSE, Action.POST_AGREE, Action.POST_ACCEPT):
        entry = LogEntry.objects.using("default").get(action=action, object_id=wanted.pk)
        assert entry.subjects == [people.olivia.pk]


def test_who_is_proposed_agrees_to_nothing_and_types_their_own_name(people: SimpleNamespace) -> None:
    wanted = proposed(people, people.olivia)
    with pytest.raises(NotDecidable):
        approve(people.olivia, asked_for(wanted))
    agreed(people, wanted)
    with pytest.raises(services.NotPossible):
        services.accept(
            actor=people.olivia,
            appointment=wanted,
            typed_name="Otto",
            shown_name="The officer",
            contact=CONTACT,
        )
    with pytest.raises(services.NotPossible):
        services.accept(
            actor=people.otto, appointment=wanted, typed_name="Otto", shown_name="O", contact=CONTACT
        )


def test_a_house_of_one_officer_has_its_lead(people: SimpleNamespace) -> None:
    """Ada proposes, Lea agrees, the one officer accepts."""
    with acting_as(Origin(actor=people.ada.pk)):
        wanted = services.propose(
            actor=people.ada,
            post=Post.DPO,
            place=Place.HOLDER,
            person=people.olivia,
            starts_at=timezone.now(),
            ends_at=None,
            reason="the one officer of the house",
        )
    approve(people.lea, asked_for(wanted))
    wanted.refresh_from_db()
    accepted(wanted)
    assert line_of(Post.DPO).holder is not None


@pytest.mark.parametrize("name", ["ada", "ming", "lea", "bo"])
def test_who_could_do_nothing_in_it_is_not_proposed(people: SimpleNamespace, name: str) -> None:
    with acting_as(Origin(actor=people.otto.pk)), pytest.raises(services.NotPossible):
        services.propose(
            actor=people.otto,
            post=Post.DPO,
            place=Place.HOLDER,
            person=getattr(people, name),
            starts_at=timezone.now(),
            ends_at=None,
            reason="somebody has to",
        )


def test_refused_declined_and_left(people: SimpleNamespace) -> None:
    first = proposed(people, people.olivia)
    refuse(people.otto, asked_for(first))
    first.refresh_from_db()
    assert first.state == State.REFUSED
    second = agreed(people, proposed(people, people.olivia))
    services.decline(actor=people.olivia, appointment=second)
    second.refresh_from_db()
    assert second.state == State.DECLINED
    third = appointed(people, people.olivia)
    with pytest.raises(services.NotPossible):
        services.resign(actor=people.otto, appointment=third)
    services.resign(actor=people.olivia, appointment=third)
    assert line_of(Post.DPO).holder is None
    assert Vacancy.objects.filter(post=Post.DPO, filled_at__isnull=True).count() == 1


def test_a_new_holder_takes_the_place_of_the_one_before(people: SimpleNamespace) -> None:
    before = appointed(people, people.olivia)
    after = appointed(people, people.otto)
    before.refresh_from_db()
    assert before.state == State.ENDED
    held = line_of(Post.DPO).holder
    assert held is not None
    assert held.pk == after.pk


def test_what_was_agreed_to_changed_meanwhile(people: SimpleNamespace) -> None:
    """Who is in the place is among what was agreed to."""
    wanted = proposed(people, people.olivia, place=Place.HOLDER)
    asked = asked_for(wanted)
    third = person("opal", role=RoleCode.COMPLIANCE_OFFICER)
    with pytest.raises(IntegrityError, match="appointment_one_waits"), transaction.atomic():
        Appointment.objects.create(
            post=Post.DPO,
            place=Place.HOLDER,
            person=third,
            starts_at=timezone.now(),
            proposed_by=people.lea,
        )
    people.olivia.username = "olivia-2"
    people.olivia.save()
    with pytest.raises(NotDecidable):
        approve(people.otto, asked)
    asked.refresh_from_db()
    assert asked.state == Asked.VOID


def test_attack_an_administrator_in_a_post_and_a_post_for_an_administrator(people: SimpleNamespace) -> None:
    row = {"post": Post.DPO, "place": Place.HOLDER, "starts_at": timezone.now(), "proposed_by": people.lea}
    with (
        pytest.raises(IntegrityError, match="appointment_not_of_an_administrator"),
        transaction.atomic(),
    ):
        Appointment.objects.create(person=people.ada, **row)
    plain = person("pia")
    Appointment.objects.create(person=plain, **row)
    with pytest.raises(IntegrityError, match="grant_admin_beside_a_post"), transaction.atomic():
        hold(plain, RoleCode.ADMIN)


def test_attack_past_the_approval(people: SimpleNamespace) -> None:
    wanted = proposed(people, people.olivia)
    rows = Appointment.objects.filter(pk=wanted.pk)
    with pytest.raises(IntegrityError, match="appointment_agreed_by_approval"), transaction.atomic():
        rows.update(state=State.AGREED, agreed_by=people.otto, approval=asked_for(wanted))
    with pytest.raises(IntegrityError, match="appointment_state_moves_on"), transaction.atomic():
        rows.update(
            state=State.HELD,
            agreed_by=people.otto,
            approval=asked_for(wanted),
            accepted_at=timezone.now(),
            typed_name="Olivia",
            shown_name="O",
            contact="x",
        )
    other = agreed(people, proposed(people, people.otto, Post.CONFIDENTIALITY))
    with pytest.raises(IntegrityError, match="appointment_agreed_by_approval"), transaction.atomic():
        rows.update(state=State.AGREED, agreed_by=people.olivia, approval=other.approval)


def _row(people: SimpleNamespace, **changed: Any) -> Appointment:
    facts: dict[str, Any] = {
        "post": Post.DPO,
        "place": Place.HOLDER,
        "person": people.olivia,
        "starts_at": timezone.now(),
        "proposed_by": people.lea,
    }
    return Appointment(**facts | changed)


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("appointment_post_known", {"post": "king"}),
        ("appointment_place_known", {"place": "third"}),
        ("appointment_ends_later", {"ends_at": timezone.now() - timedelta(days=1)}),
        ("appointment_begins_proposed", {"state": State.HELD}),
        ("appointment_over_has_time", {"over_at": timezone.now()}),
    ],
)
def test_what_the_database_refuses(people: SimpleNamespace, rule: str, changed: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        _row(people, **changed).save(force_insert=True)


def test_what_the_database_refuses_of_people(people: SimpleNamespace) -> None:
    for rule, changed in (
        ("appointment_not_by_oneself", {"proposed_by": people.olivia}),
        ("appointment_agreed_by_another", {"agreed_by": people.lea}),
        ("appointment_of_open_staff", {"person": people.bo}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            _row(people, **changed).save(force_insert=True)
    held = appointed(people, people.olivia)
    with pytest.raises(IntegrityError, match="appointment_one_place_each"), transaction.atomic():
        _row(people, place=Place.DEPUTY).save(force_insert=True)
    rows = Appointment.objects.filter(pk=held.pk)
    for rule, wrong in (
        ("appointment_content_is_final", {"person": people.otto}),
        ("appointment_content_is_final", {"typed_name": "Otto"}),
        ("appointment_accepted_in_writing", {"contact": ""}),
        ("appointment_state_moves_on", {"state": State.PROPOSED}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError, match="appointment_stays"), transaction.atomic():
        rows.delete()
    wanted = agreed(people, proposed(people, people.otto))
    with pytest.raises(IntegrityError, match="appointment_one_holds"), transaction.atomic():
        # Past the service, which ends the former first.
        Appointment.objects.filter(pk=wanted.pk).update(
            state=State.HELD, accepted_at=timezone.now(), typed_name="Otto", shown_name="O", contact="x"
        )


def test_agreed_as_a_whole(people: SimpleNamespace) -> None:
    wanted = agreed(people, proposed(people, people.olivia))
    with pytest.raises(IntegrityError, match="appointment_agreed_as_a_whole"), transaction.atomic():
        Appointment.objects.filter(pk=wanted.pk).update(agreed_by=None)


def test_what_the_database_refuses_of_absences_and_vacancies(people: SimpleNamespace) -> None:
    held = appointed(people, people.olivia)
    deputy = appointed(people, people.otto, place=Place.DEPUTY)
    now = timezone.now()
    week = {"starts_at": now, "ends_at": now + timedelta(days=7)}
    for rule, row in (
        (
            "absence_at_most_a_month",
            {"appointment": held, "noted_by": people.olivia, **week, "ends_at": now + timedelta(days=40)},
        ),
        ("absence_of_a_holder", {"appointment": deputy, "noted_by": people.lea, **week}),
        ("absence_not_by_the_deputy", {"appointment": held, "noted_by": people.otto, **week}),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Absence.objects.create(**row)
    noted = away(held)
    with pytest.raises(IntegrityError, match="absence_is_final"), transaction.atomic():
        Absence.objects.filter(pk=noted.pk).update(ends_at=now + timedelta(days=9))
    with pytest.raises(IntegrityError, match="absence_stays"), transaction.atomic():
        Absence.objects.filter(pk=noted.pk).delete()
    for rule, wrong in (
        ("vacancy_post_known", {"post": "king", "since": now, "due_at": now + timedelta(days=1)}),
        ("vacancy_due_later", {"post": Post.DPO, "since": now, "due_at": now}),
        (
            "vacancy_filled_later",
            {
                "post": Post.DPO,
                "since": now,
                "due_at": now + timedelta(days=1),
                "filled_at": now - timedelta(days=1),
            },
        ),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Vacancy.objects.create(**wrong)
    open_one = {"post": Post.DPO, "since": now, "due_at": now + timedelta(days=1)}
    Vacancy.objects.create(**open_one)
    with pytest.raises(IntegrityError, match="vacancy_one_open"), transaction.atomic():
        Vacancy.objects.create(**open_one)


def test_the_pages_from_proposing_to_leaving(people: SimpleNamespace) -> None:
    lea, olivia = client_of(people.lea), client_of(people.olivia)
    answer = lea.post(
        reverse("people:post_propose"),
        {
            "what": "dpo.holder",
            "person": str(people.olivia.pk),
            "first": timezone.localdate().isoformat(),
            "reason": "knows the law",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    wanted = agreed(people, Appointment.objects.get())
    assert "You are appointed" in olivia.get(reverse("people:posts")).content.decode()
    confirm_identity(olivia)
    typed = {"typed_name": "Olivia", "shown_name": "Ms O", "contact": CONTACT, "agreed": "on"}
    assert olivia.post(reverse("people:post_accept", args=[wanted.pk]), typed).status_code == 302
    changed = {"shown_name": "Ms Olivia", "contact": "Room 2, Main Road"}
    assert olivia.post(reverse("people:post_contact", args=[wanted.pk]), changed).status_code == 302
    assert logged(Action.POST_CONTACT, wanted.pk) == 1
    assert "Room 2, Main Road" in olivia.get(reverse("people:dpo")).content.decode()
    assert olivia.post(reverse("people:post_resign", args=[wanted.pk])).status_code == 302
    assert "vacant" in olivia.get(reverse("people:dpo")).content.decode()
