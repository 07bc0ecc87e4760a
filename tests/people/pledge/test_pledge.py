"""The yearly pledge: opened by the confidentiality officer, signed by each, and what being late shuts."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from people.accounts.models import User
from people.arrears import arrears_of, without_arrears
from people.pledge import services
from people.pledge.due import ARREAR, due
from people.pledge.models import DAYS, PledgeDue, PledgeRound, PledgeSignature
from people.pledge.texts import FIRST_EN, FIRST_ZH
from people.posts.codes import Post
from people.posts.holding import NotTheirs
from people.roles.models import RoleGrant
from tests.cast import client_of, person
from tests.people.helpers import logged
from tests.people.pledge.making import form, opened, overdue
from tests.people.posts.making import appointed

pytestmark = pytest.mark.django_db


def test_opened_once_a_year_by_whom_it_is_for(people: SimpleNamespace) -> None:
    appointed(people, people.otto, Post.CONFIDENTIALITY)
    with pytest.raises(NotTheirs):
        services.open_round(actor=people.olivia, text_zh=FIRST_ZH, text_en=FIRST_EN)
    made = services.open_round(actor=people.otto, text_zh=FIRST_ZH, text_en=FIRST_EN)
    assert made.due_at == made.opened_at + timedelta(days=DAYS)
    assert logged(Action.PLEDGE_OPEN, made.pk) == 1
    with pytest.raises(services.NotPossible):
        services.open_round(actor=people.otto, text_zh=FIRST_ZH, text_en=FIRST_EN)
    asked = set(PledgeDue.objects.values_list("person__username", flat=True))
    assert asked == {"ada", "olivia", "otto", "ming", "lin", "lea"}


def test_late_shuts_what_arrears_shut_and_signing_opens_it_at_once(people: SimpleNamespace) -> None:
    pledge = overdue(people)
    assert arrears_of(people.ming) == [ARREAR]
    held = RoleGrant.objects.filter(user=people.ming)
    assert not without_arrears(held, "user").exists()
    browser = client_of(people.ming)
    assert browser.post(reverse("people:pledge"), form(pledge)).status_code == 302
    assert arrears_of(people.ming) == []
    assert without_arrears(held, "user").exists()
    assert logged(Action.PLEDGE_SIGN, pledge.pk) == 1


def test_before_its_day_nothing_is_shut_and_the_day_says_so(people: SimpleNamespace) -> None:
    opened(people)
    assert arrears_of(people.ming) == []
    assert [item.count for item in due(people.ming)] == [1]
    overdue_ones = [item for item in due(people.olivia) if item.count]
    assert len(overdue_ones) == 1


def test_who_joins_has_three_weeks_from_then(people: SimpleNamespace) -> None:
    overdue(people)
    new = person("nora")
    row = PledgeDue.objects.get(person=new)
    assert row.due_at == new.created_at + timedelta(days=DAYS)
    assert arrears_of(new) == []


def test_another_text_is_not_signed(people: SimpleNamespace) -> None:
    pledge = opened(people)
    for text_hash in (b"x" * 32, services.hash_of(FIRST_EN, FIRST_ZH)):
        with pytest.raises(ValidationError):
            services.sign(
                actor=people.ming, pledge=pledge, text_hash=text_hash, typed_name="Ming A", language="en"
            )
    good = bytes(pledge.text_hash)
    services.sign(actor=people.ming, pledge=pledge, text_hash=good, typed_name="Ming A", language="en")
    with pytest.raises(ValidationError):
        services.sign(actor=people.ming, pledge=pledge, text_hash=good, typed_name="Ming A", language="en")


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("pledge_in_both_languages", {"text_en": "short"}),
        ("pledge_due_later", {"due_at": timezone.now() - timedelta(days=900)}),
        ("pledge_year", {"year": 1999}),
    ],
)
def test_what_the_database_refuses(people: SimpleNamespace, rule: str, changed: dict[str, Any]) -> None:
    facts: dict[str, Any] = {
        "year": 2031,
        "text_zh": FIRST_ZH,
        "text_en": FIRST_EN,
        "text_hash": b"x" * 32,
        "opened_by": people.olivia,
        "due_at": timezone.now() + timedelta(days=9),
    }
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        PledgeRound.objects.create(**facts | changed)


def test_evidence_stays(people: SimpleNamespace) -> None:
    pledge = opened(people)
    good = {"person": people.ming, "round": pledge, "text_hash": bytes(pledge.text_hash), "language": "en"}
    with pytest.raises(IntegrityError, match="pledge_once_a_year"), transaction.atomic():
        opened(people)
    with pytest.raises(IntegrityError, match="pledge_of_this_text"), transaction.atomic():
        PledgeSignature.objects.create(**good | {"text_hash": b"y" * 32}, typed_name="M")
    with pytest.raises(IntegrityError, match="pledge_signed_by_name"), transaction.atomic():
        PledgeSignature.objects.create(**good, typed_name="")
    signed = PledgeSignature.objects.create(**good, typed_name="Ming")
    with pytest.raises(IntegrityError, match="pledge_signed_once"), transaction.atomic():
        PledgeSignature.objects.create(**good, typed_name="Ming")
    with pytest.raises(IntegrityError, match="people_pledgesignature_is_final"), transaction.atomic():
        PledgeSignature.objects.filter(pk=signed.pk).delete()
    with pytest.raises(IntegrityError, match="people_pledgeround_is_final"), transaction.atomic():
        PledgeRound.objects.filter(pk=pledge.pk).update(due_at=timezone.now() + timedelta(days=99))


def test_the_officers_page_names_who_is_late(people: SimpleNamespace) -> None:
    overdue(people)
    page = client_of(people.olivia).get(reverse("people:pledges")).content.decode()
    assert "Ming" in page
    assert "Overdue" in page
    assert User.objects.filter(kind="staff").count() == page.count("Overdue")
