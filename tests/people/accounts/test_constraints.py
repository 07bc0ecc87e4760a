"""What the database refuses by itself, whoever asks."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.accounts.models import Kind, LinkPurpose, OneTimeLink, User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("user_username_unique", {"username": "MING"}),
        ("user_email_unique", {"email": "Ming@Example.test"}),
        ("user_kind_known", {"kind": "ghost"}),
        ("user_never_superuser", {"is_superuser": True}),
        ("user_service_has_no_password", {"kind": Kind.SERVICE, "password": "argon2$x"}),
        ("user_disabled_has_time", {"is_active": False}),
        ("user_disabled_has_time", {"disabled_at": timezone.now()}),
    ],
)
def test_accounts(people: SimpleNamespace, name: str, row: dict[str, Any]) -> None:
    fields = {"username": "nora", "display_name": "Nora", "password": "!"}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        User.objects.create(**fields | row)


def test_many_accounts_have_no_address(people: SimpleNamespace) -> None:
    for name in ("one", "two"):
        User.objects.create(username=name, display_name=name)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("link_purpose_known", {"purpose": "anything"}),
        ("link_expires_later", {"expires_at": timezone.now() - timedelta(hours=1)}),
        ("link_used_or_cancelled", {"used_at": timezone.now(), "cancelled_at": timezone.now()}),
        ("link_person_known", {"purpose": LinkPurpose.FIRST_ADMIN}),
        ("link_person_known", {"person": None}),
    ],
)
def test_links(people: SimpleNamespace, name: str, row: dict[str, Any]) -> None:
    fields = {
        "purpose": LinkPurpose.SET_PASSWORD,
        "person": people.bo,
        "token_hash": b"x" * 32,
        "expires_at": timezone.now() + timedelta(hours=1),
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        OneTimeLink.objects.create(**fields | row)


@pytest.mark.parametrize(
    "change",
    [
        {"used_at": None},
        {"token_hash": b"y" * 32},
        {"expires_at": timezone.now() + timedelta(days=99)},
        {"purpose": LinkPurpose.INVITATION},
    ],
)
def test_a_used_link_stays_used(people: SimpleNamespace, change: dict[str, Any]) -> None:
    link = OneTimeLink.objects.create(
        purpose=LinkPurpose.SET_PASSWORD,
        person=people.bo,
        token_hash=b"x" * 32,
        expires_at=timezone.now() + timedelta(hours=1),
        used_at=timezone.now(),
    )
    with pytest.raises(IntegrityError, match="link_works_once"), transaction.atomic():
        OneTimeLink.objects.filter(pk=link.pk).update(**change)
