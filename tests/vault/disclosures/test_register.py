"""The register of disclosures is never rewritten, by whatever login."""

from types import SimpleNamespace
from uuid import uuid4

import psycopg2
import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from tests.vault.disclosures.makers import give
from vault.disclosures.models import Disclosure

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sql",
    [
        "update vault_disclosure set subject_id = gen_random_uuid()",
        "delete from vault_disclosure",
        "truncate vault_disclosure",
        "update vault_disclosuretotal set count = 0",
        "delete from vault_disclosuretotal",
        "insert into vault_disclosuretotal (scope, purpose, category, count) values (1, '', 1, 0)",
    ],
)
def test_attack_the_web_login_rewrites_the_register(people: SimpleNamespace, sql: str) -> None:
    give(people.ming, 1)
    with pytest.raises((ProgrammingError, InternalError, IntegrityError)), transaction.atomic():
        connection.cursor().execute(sql)


@pytest.mark.django_db(transaction=True)
def test_attack_the_owner_rewrites_the_register(
    people: SimpleNamespace, owner: psycopg2.extensions.connection
) -> None:
    give(people.ming, 1)
    with owner.cursor() as cursor, pytest.raises(psycopg2.Error, match="vault_disclosure_is_final"):
        cursor.execute("delete from vault_disclosure")


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"category": 4}, "disclosure_category_known"),
        ({"channel": "mail"}, "disclosure_channel_known"),
        ({"purpose": ""}, "disclosure_names_a_purpose"),
    ],
)
def test_constraints_of_the_register(
    people: SimpleNamespace, changed: dict[str, object], constraint: str
) -> None:
    row = {
        "person": people.ming,
        "recipient_id": uuid4(),
        "purpose": "service",
        "category": 1,
        "subject_id": uuid4(),
        "channel": "share",
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Disclosure.objects.create(**(row | changed))
