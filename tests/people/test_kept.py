"""Questions whose text and plan are kept: what may not be kept with them, and what they outlive."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import close_old_connections, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from people.accounts.models import User
from people.kept import Given, Kept, numbered, text_of

pytestmark = pytest.mark.django_db(transaction=True)


def named(name: str = "who") -> Kept:
    # A name of its own for each test: the session outlives them.
    people: QuerySet[Any, Any] = User.objects.filter(pk=Given(1), created_at__lte=Now()).values_list("pk")
    return Kept(f"{name}_{uuid4().hex}", ["uuid"], lambda: text_of(people))


def plans(kept: Kept) -> tuple[int, int]:
    """How many answers came from the kept plan, and how many from one made for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select generic_plans, custom_plans from pg_prepared_statements where name = %s", [kept.name]
        )
        found: tuple[int, int] = cursor.fetchone()
    return found


def test_each_asking_is_about_whom_it_names(people: SimpleNamespace) -> None:
    kept = named()
    for person in (people.ming, people.bo, people.ming):
        assert kept.ask(person.pk) == [(person.pk,)]
    assert kept.ask(uuid4()) == []


def test_the_plan_is_kept_and_the_first_asking_is_one_query_too(people: SimpleNamespace) -> None:
    kept = named()
    with CaptureQueriesContext(connection) as asked:
        kept.ask(people.ming.pk)
    assert len(asked) == 1
    for _ in range(9):
        kept.ask(people.ming.pk)
    assert plans(kept) == (5, 5)  # PostgreSQL tries five plans made to measure before it keeps one


def test_the_text_is_made_once_and_not_before_it_is_asked(people: SimpleNamespace) -> None:
    made = []

    def text() -> str:
        made.append(1)
        return "select $1"

    kept = Kept(f"made_{uuid4().hex}", ["uuid"], text)
    assert made == []
    for _ in range(3):
        assert kept.ask(people.bo.pk) == [(people.bo.pk,)]
        connection.close()
    assert made == [1]


def test_a_rollback_forgets_nothing(people: SimpleNamespace) -> None:
    kept = named()
    with transaction.atomic():
        kept.ask(people.bo.pk)
        transaction.set_rollback(True)
    assert kept.ask(people.bo.pk) == [(people.bo.pk,)]


def test_a_session_that_the_database_ended_is_followed_by_one_that_learns_anew(
    people: SimpleNamespace, superuser: Connection
) -> None:
    kept = named()
    kept.ask(people.bo.pk)
    with superuser.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    close_old_connections()  # as at the beginning of a request
    assert kept.ask(people.bo.pk) == [(people.bo.pk,)]


def test_a_column_added_meanwhile_changes_nothing(people: SimpleNamespace, superuser: Connection) -> None:
    kept = named()
    for _ in range(7):
        kept.ask(people.bo.pk)
    with superuser.cursor() as cursor:
        cursor.execute("alter table people_user add column meanwhile int")
        superuser.commit()
        try:
            assert kept.ask(people.bo.pk) == [(people.bo.pk,)]
        finally:
            cursor.execute("alter table people_user drop column meanwhile")
            superuser.commit()
    assert kept.ask(people.bo.pk) == [(people.bo.pk,)]


def test_attack_a_moment_that_would_be_kept_for_ever() -> None:
    with pytest.raises(ValueError, match="Now"):
        text_of(User.objects.filter(pk=Given(1), created_at__lte=timezone.now()))


def test_attack_a_place_that_became_a_value() -> None:
    with pytest.raises(ValueError, match="taken for an id"):
        text_of(User.objects.filter(username=str(Given(1))))


def test_attack_a_constant_that_looks_like_a_place_stays_a_constant(people: SimpleNamespace) -> None:
    text = text_of(User.objects.filter(pk=Given(1), display_name="$1 %s '").values_list("pk"))
    assert Kept(f"sharp_{uuid4().hex}", ["uuid"], lambda: text).ask(people.bo.pk) == []


def test_named_places_are_numbered_in_their_order() -> None:
    assert numbered("a = %(one)s and b = %(two)s or %(one)s", ("one", "two")) == "a = $1 and b = $2 or $1"
    with pytest.raises(KeyError):
        numbered("a = %(three)s", ("one",))


def test_a_given_is_an_id_to_the_models() -> None:
    assert isinstance(Given(2), UUID)
    assert "$2" in text_of(User.objects.filter(pk__in=[Given(2)]))
