"""Attacks on redactions: by others, by those who lost the right meanwhile, and by way of the copy."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from deals.models import Deal, DealMember, File, Redaction
from deals.pipeline.models import DealType, Stage
from deals.pipeline.services import open_deal
from deals.redaction import pieces
from deals.redaction.models import State
from deals.rooms.access import may
from deals.rooms.grants import set_file_right
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind
from people.accounts.models import User
from people.duties.models import NdaSignature
from people.duties.services import revoke_nda
from tests.cast import client_of, signed
from tests.deals.redaction.desk import MARK, at, begun, copied, step, work_of, worked
from tests.deals.redaction.papers import Page, pdf
from tests.deals.scene import at_stage, grant, group
from vault.keys.freezing import Frozen

pytestmark = pytest.mark.django_db
STEPS = ("mark", "unmark", "settle", "search", "apply", "stop", "drop", "give")


def posts(world: SimpleNamespace, deal: Deal | None = None) -> Iterator[str]:
    """Every address that something is sent to; `deal` forges another deal's id into it."""
    deal_id = (deal or world.deal).pk
    yield reverse("deals:redact", args=[deal_id, world.version.pk])
    for name in STEPS:
        yield reverse(f"deals:redaction_{name}", args=[deal_id, world.redaction.pk])


def refused_all(world: SimpleNamespace, who: User, deal: Deal | None = None) -> None:
    browser = client_of(who)
    data = {**MARK, "words": "Secret", "reason": "redact.personal", "box": "1 0.1 0.1 0.7 0.5"}
    for path in posts(world, deal):
        assert browser.post(path, data).status_code == 404, path
    assert browser.get(at(world, "")).status_code == 404
    assert browser.get(at(world, "progress")).status_code == 404


def sellers(world: SimpleNamespace, level: Level = Level.UPLOAD) -> None:
    """sam's group may do this much in folder 1."""
    world.sellers = group(world, "Willow & Sons", world.sam, kind=GroupKind.SELLER)
    signed(world.sam, deal_id=world.deal.pk)
    grant(world, world.sellers, world.one, level)


def test_others_forge_every_step_of_somebody_elses_work(world: SimpleNamespace) -> None:
    """A buyer who may view, a rival, a seller who may upload, a colleague off the deal, an administrator."""
    sellers(world)
    begun(world)
    step(client_of(world.ming), world, "mark", **MARK)
    before = len(work_of(world).marks)
    DealMember.objects.create(deal=world.deal, user=world.ada, added_by=world.lea)
    for who in (world.bo, world.ben, world.lin, world.ada):
        refused_all(world, who)
    for name in STEPS:  # the seller may begin work of his own, and touches nobody else's
        assert client_of(world.sam).post(at(world, name), MARK).status_code == 404
    redaction = Redaction.objects.get(maker=world.ming)
    assert (redaction.state, len(work_of(world).marks)) == (State.DRAFT, before)
    refused = LogEntry.objects.filter(actor=world.bo.pk, result="refused", action="redaction.edit")
    assert refused.exists()


def test_a_colleague_on_the_deal_sees_no_draft_of_ming(world: SimpleNamespace) -> None:
    begun(world)
    assert client_of(world.lea).get(at(world, "")).status_code == 404
    assert client_of(world.lea).post(at(world, "mark"), MARK).status_code == 404


def test_the_right_to_take_the_original_is_not_the_right_to_redact(world: SimpleNamespace) -> None:
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    begun(world)
    refused_all(world, world.bo)


def test_a_right_on_the_file_alone_puts_nothing_into_its_folder(world: SimpleNamespace) -> None:

    begun(world)
    with acting_as(Origin(actor=world.ming.pk)):
        set_file_right(
            actor=world.ming,
            deal_id=world.deal.pk,
            group_id=world.buyers.pk,
            file_id=world.file.pk,
            level=Level.MANAGE,
        )
    assert client_of(world.bo).post(next(posts(world))).status_code == 404


def test_idor_under_another_deal_of_ones_own(world: SimpleNamespace) -> None:
    begun(world)
    with acting_as(Origin(actor=world.ming.pk)):
        other = open_deal(actor=world.ming, code_name="Maple", deal_type=DealType.ASSETS, lead=world.lea)
    browser = client_of(world.ming)
    for path in posts(world, other):
        assert browser.post(path, MARK).status_code == 404
    assert work_of(world).marks == []


def test_in_a_closed_deal_nothing_is_made_or_given_out(world: SimpleNamespace) -> None:
    begun(world)
    step(client_of(world.ming), world, "mark", **MARK)
    step(client_of(world.ming), world, "apply", reason="redact.personal")
    at_stage(world.deal, Stage.CLOSED)
    refused_all(world, world.ming)
    assert worked(world).problem == "withheld"
    assert File.objects.count() == 1


def test_i4_a_seller_redacts_his_own_paper_and_gives_it_to_nobody_else(world: SimpleNamespace) -> None:
    sellers(world)
    begun(world, world.sam)
    done = copied(world, world.sam)
    assert client_of(world.sam).post(at(world, "give"), {}).status_code == 404
    assert may(world.sam, done.copy.file, Level.UPLOAD)
    assert not may(world.bo, done.copy.file, Level.VIEW)
    assert may(world.ming, done.copy.file, Level.VIEW)


def test_i4_who_loses_the_right_while_the_worker_is_at_it_gets_no_copy(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right is lowered after the first page of two; the person taken out of the group, the account
    disabled, the undertaking revoked before the first."""
    sellers(world)
    begun(world, world.sam, data=pdf(*[Page(((72, 700, "Secret"),))] * 2), pages=2)
    browser, check = client_of(world.sam), pieces.Pieces.check
    step(browser, world, "mark", **MARK)
    theirs = Group.objects.get(pk=world.sellers.auth_group_id)
    signature = NdaSignature.objects.get(person=world.sam)
    account = User.objects.filter(pk=world.sam.pk)

    def revoke() -> None:
        with acting_as(Origin(actor=world.olivia.pk)):
            revoke_nda(actor=world.olivia, signature=signature)

    ways: list[tuple[Callable[[], object], Callable[[], object]]] = [
        (
            lambda: grant(world, world.sellers, world.one, Level.ORIGINAL),
            lambda: grant(world, world.sellers, world.one, Level.UPLOAD),
        ),
        (lambda: world.sam.groups.remove(theirs), lambda: world.sam.groups.add(theirs)),
        (
            lambda: account.update(is_active=False, disabled_at=timezone.now()),
            lambda: account.update(is_active=True, disabled_at=None),
        ),
        (revoke, lambda: None),
    ]
    for page, (take_away, give_back) in zip((1, 0, 0, 0), ways, strict=True):
        step(browser, world, "apply", reason="redact.personal")

        def lose(piece: pieces.Pieces, page: int = page, take_away: Callable[[], object] = take_away) -> None:
            if Redaction.objects.get(pk=world.redaction.pk).done == page:
                take_away()
            check(piece)

        with monkeypatch.context() as patch:
            patch.setattr(pieces.Pieces, "check", lose)
            given = worked(world)
        assert (given.state, given.problem, given.done) == (State.DRAFT, "withheld", page)
        give_back()
    refused = LogEntry.objects.filter(actor=world.sam.pk, action="redaction.apply", result="refused")
    assert refused.count() == len(ways)
    assert File.objects.count() == 1


def test_a_frozen_room_keeps_the_work_waiting(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(world)
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    step(browser, world, "apply", reason="redact.personal")
    frozen = {world.room.pk: Frozen(world.room.pk, world.room.pk, world.deal.created_at)}
    with monkeypatch.context() as patch:
        patch.setattr(pieces, "frozen_among", lambda _: frozen)
        assert worked(world).state == State.APPLYING
    assert worked(world).state == State.DONE
    assert File.objects.count() == 2


def test_a_change_while_the_worker_is_at_it_is_refused(world: SimpleNamespace) -> None:
    begun(world)
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    step(browser, world, "apply", reason="redact.personal")
    answer = browser.post(at(world, "mark"), {**MARK, "left": "20"}, follow=True)
    assert "The worker is at it." in answer.content.decode()
    assert browser.post(at(world, "drop"), follow=True).status_code == 200
    assert len(work_of(world).marks) == 1


def test_the_database_refuses_a_redaction_that_cannot_be(world: SimpleNamespace) -> None:
    begun(world)
    day = "2026-11-22T00:00:00Z"
    for change, name in (
        ({"state": "odd"}, "redaction_state_known"),
        ({"reason": "odd"}, "redaction_reason_known"),
        ({"problem": "odd"}, "redaction_problem_known"),
        ({"done": 9}, "redaction_within_its_pages"),
        ({"work": None}, "redaction_marks_until_its_end"),
        ({"state": "applying"}, "redaction_applied_for_a_reason"),
        ({"published_at": day}, "redaction_published_when_done"),
        ({"state": "done", "work": None, "ended_at": day}, "redaction_done_has_a_copy"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Redaction.objects.filter(pk=world.redaction.pk).update(**change)


def test_the_database_refuses_a_copy_of_itself_and_a_second_draft(world: SimpleNamespace) -> None:
    begun(world)
    client_of(world.ming).post(next(posts(world)))  # a second window comes to the same draft
    draft = Redaction.objects.get()
    names = [field.attname for field in Redaction._meta.concrete_fields]
    with pytest.raises(IntegrityError, match="redaction_one_open_each"), transaction.atomic():
        insert_copy(draft, names)
    itself = Redaction.objects.filter(pk=world.redaction.pk)
    done = {"state": State.DONE, "reason": "redact.secret", "ended_at": timezone.now(), "work": None}
    with pytest.raises(IntegrityError, match="redaction_copy_is_another_version"), transaction.atomic():
        itself.update(**done, copy=world.version)


def insert_copy(row: Redaction, names: list[str]) -> None:
    columns = ", ".join(name for name in names if name != "id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into deals_redaction (id, {columns})"
            f" select %s, {columns} from deals_redaction where id = %s",
            [uuid4(), row.pk],
        )
