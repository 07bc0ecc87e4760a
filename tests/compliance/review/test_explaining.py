"""What folds away: only what the gates' own entries explain. An unexplained reveal never does."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actions import Action, ObjectType
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.review.explaining import Explained, explain
from compliance.review.folding import Fold, folded
from deals.pipeline.models import Stage
from people.accounts.models import User
from tests.cast import cast
from tests.compliance.review.entries import reveal, written
from tests.deals.scene import scene
from tests.vault.records.approving import approve
from tests.vault.records.makers import acting, add, book_of
from tests.vault.relations.makers import followup_of
from vault.purposes.catalogue import Reason
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reading import reveal_group
from vault.records.reveals.permits import ask_permit
from vault.relations.followups.services import call

pytestmark = pytest.mark.django_db
OF_A_CALL = ("client.contact", "phone", "followup.note")


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def client(people: SimpleNamespace) -> Client:
    return add(book_of(people.ming))


def all_of(client: UUID) -> list[LogEntry]:
    return list(LogEntry.objects.filter(subjects__contains=[client]).order_by("at", "id"))


def explained_reveals(client: UUID) -> list[Explained | None]:
    """What explains each of the client's reveals, oldest first."""
    found = explain(all_of(client))
    return [found.get(one.pk) for one in all_of(client) if one.action == Action.CLIENT_REVEAL]


# Follow-ups


def test_a_call_of_a_follow_up_explains_its_reveal_and_itself(
    people: SimpleNamespace, client: Client
) -> None:
    followup = followup_of(client, people.ming)
    with acting_as(Origin(actor=people.ming.pk, request=uuid4())):
        call(actor=people.ming, followup_id=followup.pk)
    assert explained_reveals(client.pk) == [Explained.FOLLOW_UP]
    found = explain(all_of(client.pk))
    [called] = [one for one in all_of(client.pk) if one.action == Action.FOLLOWUP_CALL]
    assert found[called.pk] == Explained.FOLLOW_UP


@pytest.mark.parametrize(
    "other",
    [
        {"request": None},
        {"purpose": "mandate"},
        {"reason": "verify"},
        {"fields": ("client.identity", "id_number")},
        {"fields": ("client.contact", "phone", "address")},
        {"fields": ("client.contact",)},
    ],
    ids=["another request", "purpose", "reason", "group", "more than the number", "the whole group"],
)
def test_attack_a_reveal_passes_for_a_call(
    people: SimpleNamespace, client: Client, other: dict[str, Any]
) -> None:
    said: dict[str, Any] = {"purpose": "matching", "reason": "call", "request": uuid4()}
    written(people.ming, Action.FOLLOWUP_CALL, ObjectType.FOLLOW_UP, uuid4(), subjects=(client.pk,), **said)
    reveal(people.ming, client.pk, **(said | {"fields": OF_A_CALL} | other))
    assert explained_reveals(client.pk) == [None]


def test_attack_a_call_of_one_explains_a_look_at_another(people: SimpleNamespace, client: Client) -> None:
    other = add(book_of(people.lin), {"name": "李四", "phone": "+8613900139000"})
    said: dict[str, Any] = {"purpose": "matching", "reason": "call", "request": uuid4()}
    written(people.ming, Action.FOLLOWUP_CALL, ObjectType.FOLLOW_UP, uuid4(), subjects=(client.pk,), **said)
    reveal(people.ming, other.pk, **(said | {"fields": OF_A_CALL}))
    assert explained_reveals(other.pk) == [None]


# Approvals


def open_account(actor: User, client: Client) -> None:
    with acting_as(Origin(actor=actor.pk, request=uuid4())):
        reveal_group(
            actor=actor,
            client_id=client.pk,
            group=Group.FINANCIAL,
            purpose="mandate",
            reason=Reason.CONTRACT,
            confirmed=True,
        )


def agreed(people: SimpleNamespace, client: Client) -> None:
    with acting(people.ming):
        asked = ask_permit(
            actor=people.ming,
            client_id=client.pk,
            group=Group.FINANCIAL,
            purpose="mandate",
            reason="to pay the deposit",
        )
    approve(people.olivia, asked)


def test_a_permit_explains_the_reveal_that_used_it(people: SimpleNamespace, client: Client) -> None:
    agreed(people, client)
    open_account(people.ming, client)
    assert explained_reveals(client.pk) == [Explained.APPROVAL]


def test_attack_a_second_look_hides_behind_the_first_ones_permit(
    people: SimpleNamespace, client: Client
) -> None:
    agreed(people, client)
    open_account(people.ming, client)
    second = reveal(
        people.ming, client.pk, fields=("client.financial",), purpose="mandate", reason="contract"
    )
    assert explained_reveals(client.pk) == [Explained.APPROVAL, None]
    assert explain([second]) == {}  # on a page by itself, too


@pytest.mark.parametrize("other", ["person", "group", "purpose"])
def test_attack_a_permit_explains_what_it_was_not_for(
    people: SimpleNamespace, client: Client, other: str
) -> None:
    agreed(people, client)
    open_account(people.ming, client)
    actor = people.lin if other == "person" else people.ming
    group = "client.identity" if other == "group" else "client.financial"
    purpose = "service" if other == "purpose" else "mandate"
    reveal(actor, client.pk, fields=(group,), purpose=purpose)
    assert explained_reveals(client.pk)[-1] is None


def test_what_an_approval_carried_out_is_explained_and_no_look_is(
    people: SimpleNamespace, client: Client
) -> None:
    request = uuid4()
    done = written(
        people.olivia, Action.GRADE_LOWER, ObjectType.GRADE, uuid4(), subjects=(client.pk,), request=request
    )
    look = reveal(people.olivia, client.pk, request=request)
    somebody = written(people.ming, Action.GRADE_LOWER, ObjectType.GRADE, uuid4(), request=request)
    assert explain([done, look, somebody]) == {}
    carried = written(people.olivia, Action.APPROVAL_CARRY_OUT, ObjectType.APPROVAL, uuid4(), request=request)
    assert explain([done, look, somebody, carried]) == {done.pk: Explained.APPROVAL}


# Stages


def test_a_stage_explains_what_it_had_opened_to_outside_people(people: SimpleNamespace) -> None:
    world = scene(**vars(people))

    def look(actor: User, folder: Any = world.one) -> LogEntry:
        kind, deal = ObjectType.FOLDER, world.deal.pk
        return written(actor, Action.ROOM_VIEW, kind, folder.pk, subjects=(world.room.pk,), deal=deal)

    def move(stage: Stage) -> None:
        said = {"deal": world.deal.pk, "fields": (f"stage.{stage.value}",)}
        written(people.olivia, Action.DEAL_STAGE, ObjectType.DEAL, world.deal.pk, **said)

    before = look(people.bo)
    move(Stage.SUMMARY)
    after, of_staff = look(people.bo), look(people.lea)
    move(Stage.NDA)
    moved_back = look(people.bo)
    assert explain([before, after, of_staff, moved_back]) == {after.pk: Explained.STAGE}


# Folding


def test_the_unexplained_remain_to_read(people: SimpleNamespace, client: Client) -> None:
    followup = followup_of(client, people.ming)
    with acting_as(Origin(actor=people.ming.pk, request=uuid4())):
        call(actor=people.ming, followup_id=followup.pk)
    look = reveal(people.ming, client.pk)
    shown = folded(all_of(client.pk), {})
    folds = [item for item in shown.items if isinstance(item, Fold)]
    read = {item.entry.pk for item in shown.items if not isinstance(item, Fold)}
    assert look.pk in read
    assert [fold.words for fold in folds] == ["2 entries explained by a follow-up"]
    assert (shown.folded, shown.read) == (2, len(all_of(client.pk)) - 2)


def test_i8_explaining_costs_the_same_for_few_and_many(people: SimpleNamespace, client: Client) -> None:
    entries, counts = [], []
    for size in (3, 60):
        entries += [reveal(people.ming, client.pk) for _ in range(size)]
        with CaptureQueriesContext(connection) as caught:
            assert explain(entries) == {}
        counts.append(len(caught))
    assert counts[0] == counts[1]
