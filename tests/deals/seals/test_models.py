"""What the database itself refuses of undertakings of companies; that the triggers go away and come back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.origin import Origin, acting_as
from deals.models import CompanyUndertaking, Envelope, SealDemand, SealedPaper, SealedReturn, SealKeys
from people.duties.models import NdaDraft, NdaSignature, NdaTemplate
from people.duties.templates import in_force
from tests.deals.seals.making import accepted, drawn_up, photograph, sent_in
from tests.deals.test_models import copy

NOW = timezone.now()
SQL = Path(__file__).parents[3] / "deals" / "migrations" / "sql"
World = SimpleNamespace


@pytest.fixture(autouse=True)
def _origin(db: None) -> Iterator[None]:
    with acting_as(Origin()):
        yield


def _refused(rule: str, act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    assert refusal.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]


def _again(row: Any, **changed: Any) -> Callable[[], None]:
    row.refresh_from_db()
    return lambda: copy(row, **changed)


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("seal_demand_of_group_or_side", {"kind": "buyer"}),
        ("seal_demand_of_group_or_side", {"group_id": None, "kind": ""}),
        ("seal_demand_of_group_or_side", {"group_id": None, "kind": "nobody"}),
        ("seal_demand_ended_by_someone", {"ended_at": NOW}),
        ("seal_demand_once_a_group", {}),
    ],
)
def test_demands(world: World, rule: str, changed: dict[str, Any]) -> None:
    drawn_up(world)
    _refused(rule, _again(SealDemand.objects.get(), **changed))


def test_one_demand_a_side(world: World) -> None:
    made = SealDemand.objects.create(kind="buyer", made_by=world.olivia)
    _refused("seal_demand_once_a_side", _again(made))


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("company_undertaking_language_known", {"language": "fr"}),
        ("company_undertaking_has_pages", {"pdf_pages": 0}),
        ("company_undertaking_accepted_whole", {"access_expires_at": NOW}),
        ("company_undertaking_accepted_whole", {"method": "copy"}),
        ("company_undertaking_revoked_by_someone", {"revoked_at": NOW}),
        ("company_undertaking_begins_unsealed", {"accepted_at": NOW}),
        ("company_undertaking_of_a_text_for_companies", {"text_hash": bytes(32)}),
        ("company_undertaking_one_waits", {}),
    ],
)
def test_undertakings(world: World, rule: str, changed: dict[str, Any]) -> None:
    made = drawn_up(world)
    own = {"number": "other", "pdf_id": uuid4(), "pdf_key_id": 1, "key_id": 1}
    _refused(rule, _again(made, **(own | changed)))


def test_a_persons_text_is_no_companys(world: World) -> None:
    made, text = drawn_up(world), in_force("buyer")
    assert text is not None
    own = {"number": "other", "pdf_id": uuid4(), "pdf_key_id": 1, "key_id": 1}
    own |= {"template_id": text.pk, "text_hash": bytes(text.text_hash)}
    _refused("company_undertaking_of_a_text_for_companies", _again(made, **own))


def _accept(made: CompanyUndertaking, by: Any, **changed: Any) -> Callable[[], Any]:
    said = {
        "method": "copy",
        "accepted_by": by,
        "accepted_at": NOW,
        "access_expires_at": NOW + timedelta(days=9),
        "duty_expires_at": NOW + timedelta(days=99),
    }
    return lambda: CompanyUndertaking.objects.filter(pk=made.pk).update(**(said | changed))


def test_attack_bound_without_a_copy_or_a_signature(world: World) -> None:
    made = drawn_up(world)
    _refused("company_undertaking_by_an_accepted_copy", _accept(made, world.olivia))
    by_certificate = _accept(made, None, method="certificate")
    _refused("company_undertaking_by_a_verified_signature", by_certificate)


def test_attack_who_drew_it_up_accepts_it(world: World) -> None:
    """The table's own constraint, whatever a trigger finds: an accepted copy is there, but of another
    officer."""
    made = drawn_up(world)
    returned = sent_in(world, made)
    SealedReturn.objects.filter(pk=returned.pk).update(decided_by=world.olivia, decided_at=NOW, accepted=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        _accept(made, world.lea)()
    own = {"number": "other", "pdf_id": uuid4(), "pdf_key_id": 1, "key_id": 1}
    _refused("company_undertaking_accepted_by_another", _again(made, **own, accepted_by_id=world.lea.pk))


def test_attack_what_was_drawn_up_or_accepted_is_not_changed(world: World) -> None:
    made = accepted(world, drawn_up(world))
    rows = CompanyUndertaking.objects.filter(pk=made.pk)
    for changed in (
        {"document_hash": bytes(32)},
        {"number": "another"},
        {"access_expires_at": NOW + timedelta(days=999)},
        {"accepted_by": world.otto},
    ):
        _refused("company_undertaking_stays", lambda changed=changed: rows.update(**changed))  # type: ignore[misc]
    rows.update(revoked_at=NOW, revoked_by=world.olivia)
    _refused("company_undertaking_stays", lambda: rows.update(revoked_at=None, revoked_by=None))
    _refused("company_undertaking_stays", lambda: rows._raw_delete("default"))
    _refused("company_undertaking_accepted_not_withdrawn", lambda: rows.update(withdrawn_at=NOW))


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("sealed_return_power_known", {"power": "nobody"}),
        ("sealed_return_decided_whole", {"decided_at": NOW}),
        ("sealed_return_one_waits", {}),
    ],
)
def test_returns(world: World, rule: str, changed: dict[str, Any]) -> None:
    _refused(rule, _again(sent_in(world, drawn_up(world)), **changed))


def test_attack_returns_are_decided_by_somebody_else_once(world: World) -> None:
    returned = sent_in(world, drawn_up(world))
    rows = SealedReturn.objects.filter(pk=returned.pk)

    def decide(by: Any, **changed: Any) -> Callable[[], Any]:
        return lambda: rows.update(**({"decided_at": NOW, "decided_by": by, "accepted": True} | changed))

    _refused("sealed_return_by_an_uninvolved_officer", decide(world.lea))
    _refused("sealed_return_by_an_uninvolved_officer", decide(world.bo))
    _refused("sealed_return_decided_whole", decide(world.olivia, accepted=False))
    _refused("sealed_return_stays", lambda: rows.update(uploaded_by=world.ben))
    decided = {"decided_at": NOW, "accepted": True, "decided_by_id": world.bo.pk}
    _refused("sealed_return_decided_by_another", _again(returned, **decided))
    decide(world.olivia)()
    _refused("sealed_return_stays", lambda: rows.update(accepted=None, decided_at=None, decided_by=None))
    _refused("sealed_return_stays", lambda: rows._raw_delete("default"))


def test_a_return_is_accepted_with_its_papers(world: World) -> None:
    made = drawn_up(world)
    returned = SealedReturn.objects.create(
        undertaking=made, power="attorney", facts=b"x", uploaded_by=world.bo
    )
    rows = SealedReturn.objects.filter(pk=returned.pk)
    decided = {"decided_at": NOW, "decided_by": world.olivia, "accepted": True}
    _refused("sealed_return_with_its_papers", lambda: rows.update(**decided))


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("sealed_paper_part_known", {"part": "other"}),
        ("sealed_paper_has_pages", {"pages": 61}),
        ("sealed_paper_size", {"size": 0}),
        ("sealed_paper_type_known", {"media_type": "text/html"}),
        ("sealed_paper_once", {}),
    ],
)
def test_papers(world: World, rule: str, changed: dict[str, Any]) -> None:
    sent_in(world, drawn_up(world), copy=[photograph()])
    _refused(rule, _again(SealedPaper.objects.get(), **({"file_key_id": 1} | changed)))


def test_attack_papers_stay_as_they_came(world: World) -> None:
    accepted(world, drawn_up(world))
    paper = SealedPaper.objects.get()
    rows = SealedPaper.objects.filter(pk=paper.pk)
    _refused("sealed_paper_stays", lambda: rows.update(sha256=bytes(32)))
    _refused("sealed_paper_stays", lambda: rows._raw_delete("default"))
    _refused("sealed_paper_before_it_is_decided", _again(paper, file_key_id=1, position=9))


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("envelope_has_a_reference", {"reference": ""}),
        ("envelope_answered_whole", {"answered_at": NOW}),
        ("envelope_answered_whole", {"trouble": "ca.name"}),
        ("envelope_one_waits", {"reference": "other"}),
    ],
)
def test_envelopes(world: World, rule: str, changed: dict[str, Any]) -> None:
    made = Envelope.objects.create(undertaking=drawn_up(world), reference="one", begun_by=world.lea)
    _refused(rule, _again(made, **changed))


def test_attack_an_envelope_is_answered_once(world: World) -> None:
    made = Envelope.objects.create(undertaking=drawn_up(world), reference="one", begun_by=world.lea)
    rows = Envelope.objects.filter(pk=made.pk)
    _refused("envelope_answered_once", lambda: rows.update(reference="two"))
    rows.update(answered_at=NOW, trouble="ca.name")
    _refused("envelope_answered_once", lambda: rows.update(answered_at=None, trouble=""))


def test_one_row_of_keys(world: World) -> None:
    drawn_up(world)
    keys = SealKeys.objects.get()
    own = {"id": 2, "compartment": uuid4()}
    _refused("seal_keys_is_one", lambda: SealKeys.objects.create(compartment_key_id=1, **own))
    assert keys.pk == 1


def test_attack_nobody_signs_a_companys_text_with_a_click(world: World) -> None:
    text = in_force("company")
    assert text is not None
    mine = NdaSignature.objects.get(person=world.bo)
    changed = {"template_id": text.pk, "kind": "company", "text_hash": bytes(text.text_hash)}
    _refused("nda_signature_kind_known", _again(mine, **changed))


def test_kinds_of_texts(world: World) -> None:
    text = in_force("company")
    assert text is not None
    _refused("nda_template_kind_known", _again(text, kind="nobody"))
    shared = {name: getattr(text, name) for name in ("title_zh", "title_en", "preamble_zh", "preamble_en")}
    shared |= {
        f"{name}_{language}": getattr(text, f"{name}_{language}")
        for name in ("definition", "duties", "liability", "term")
        for language in ("zh", "en")
    }
    own = {"kind": "nobody", "access_days": 1, "duty_days": 1, "effective_on": NOW.date()}
    _refused(
        "nda_draft_kind_known", lambda: NdaDraft.objects.create(written_by=world.olivia, **own, **shared)
    )
    assert NdaTemplate.objects.filter(kind="company").count() == 1


@pytest.mark.django_db
def test_the_triggers_go_and_come_back(owner: Connection) -> None:
    owner.autocommit = False
    try:
        with owner.cursor() as cursor:
            for name in ("seals_undo.sql", "seals.sql"):
                cursor.execute((SQL / name).read_text(encoding="utf-8"))
            cursor.execute(
                "select count(*) from pg_trigger where tgname in "
                "('company_undertaking_rules', 'sealed_return_rules', 'sealed_paper_rules', 'envelope_rules')"
            )
            assert cursor.fetchone() == (4,)
    finally:
        owner.rollback()
