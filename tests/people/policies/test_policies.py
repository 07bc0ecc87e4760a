"""Policies: written, agreed to by another, read to the end and accepted by each person for themselves."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, Reason
from audit.models import LogEntry
from people.accounts.models import User
from people.approvals.services import NotDecidable, withdraw
from people.policies import access, services
from people.policies.due import due
from people.policies.models import Policy, PolicyAcceptance, PolicyDue, PolicyVersion
from people.policies.texts import ensure_first_policies, hash_of, parts_of
from people.roles.models import RoleCode
from tests.cast import client_of, hold, person
from tests.people.helpers import approve, logged
from tests.people.policies.making import EN, ZH, drafted, form, in_force, overdue, read_through

pytestmark = pytest.mark.django_db

STAFF = ("ada", "olivia", "otto", "ming", "lin", "lea")


def accept(user: User, version: PolicyVersion, text_hash: bytes | None = None) -> PolicyAcceptance:
    shown = bytes(version.text_hash) if text_hash is None else text_hash
    return services.accept(actor=user, version=version, text_hash=shown, language="en")


def test_another_officer_brings_it_into_force_and_all_staff_are_asked(people: SimpleNamespace) -> None:
    version = drafted(people)
    assert not PolicyDue.objects.exists()
    asked = services.ask(actor=people.olivia, version=version, reason="as discussed")
    approve(people.otto, asked)
    version.refresh_from_db()
    assert (version.agreed_by, version.approval) == (people.otto, asked)
    assert logged(Action.POLICY_ADOPT, version.pk) == 1
    assert set(PolicyDue.objects.values_list("person_id", flat=True)) == {
        getattr(people, name).pk for name in STAFF
    }


def test_a_day_to_come_is_waited_for(people: SimpleNamespace) -> None:
    tomorrow = timezone.localdate() + timedelta(days=2)
    version = drafted(people, effective_on=tomorrow)
    approve(people.otto, services.ask(actor=people.olivia, version=version, reason="as discussed"))
    version.refresh_from_db()
    assert version.is_coming
    assert not access.in_force().exists()
    assert not PolicyDue.objects.exists()


def test_attack_an_author_agrees_to_their_own(people: SimpleNamespace) -> None:
    """Neither as who asked, nor by handing the draft to somebody else to ask."""
    version = drafted(people)
    asked = services.ask(actor=people.olivia, version=version, reason="as discussed")
    with pytest.raises(NotDecidable):
        approve(people.olivia, asked)
    withdraw(actor=people.olivia, request=asked)
    with pytest.raises(services.NotPossible):
        services.ask(actor=people.otto, version=version, reason="for olivia")
    with pytest.raises(IntegrityError, match="policy_author_stays"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(written_by=people.otto)


def test_attack_a_draft_changed_after_it_was_asked_for_is_not_agreed_to(people: SimpleNamespace) -> None:
    version = drafted(people)
    asked = services.ask(actor=people.olivia, version=version, reason="as discussed")
    with pytest.raises(services.NotPossible):
        drafted(people, version.policy, days=90)
    PolicyVersion.objects.filter(pk=version.pk).update(days=90)  # past the service
    with pytest.raises(NotDecidable):
        approve(people.otto, asked)
    assert not access.in_force().exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"text_zh": ZH + "。"},
        {"text_hash": b"x" * 32},
        {"days": 90},
        {"roles": ["admin"]},
        {"in_force_at": timezone.now() + timedelta(days=900)},
        {"agreed_by": None, "agreed_at": None, "in_force_at": None, "approval": None},
    ],
)
def test_attack_a_version_in_force_is_edited_in_the_database(
    people: SimpleNamespace, changed: dict[str, Any]
) -> None:
    version = in_force(people)
    with pytest.raises(IntegrityError, match="policy_version_is_final"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(**changed)
    with pytest.raises(IntegrityError, match="policy_version_is_final"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).delete()


def test_attack_force_without_an_approval(people: SimpleNamespace) -> None:
    """Nor with that of another version, nor as a row that comes agreed to."""
    other = in_force(people)
    version = drafted(people)
    now = timezone.now()
    agreed = {"agreed_by": people.otto, "agreed_at": now, "in_force_at": now, "approval": other.approval}
    with pytest.raises(IntegrityError, match="policy_agreed_by_approval"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(**agreed)
    fields = {field.name: getattr(version, field.name) for field in PolicyVersion._meta.fields}
    row = PolicyVersion(**fields | agreed | {"id": uuid4(), "number": 2})
    with pytest.raises(IntegrityError, match="policy_begins_as_draft"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("policy_version_once", {"number": 1}),
        ("policy_one_draft", {"number": 3}),
        ("policy_in_both_languages", {"text_en": "short"}),
        ("policy_roles_known", {"roles": ["friend"]}),
        ("policy_days", {"days": 0}),
        ("policy_days", {"days": 91}),
        ("policy_review_later", {"review_on": timezone.localdate()}),
    ],
)
def test_what_the_database_refuses(people: SimpleNamespace, name: str, changed: dict[str, Any]) -> None:
    policy = in_force(people).policy
    draft = drafted(people, policy)
    if name != "policy_one_draft":
        draft.delete()
    fields = {field.name: getattr(draft, field.name) for field in PolicyVersion._meta.fields}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PolicyVersion(**fields | {"id": uuid4(), "number": 2} | changed).save(force_insert=True)


def test_agreement_is_whole_and_by_another(people: SimpleNamespace) -> None:
    version = drafted(people)
    now = timezone.now()
    rows = PolicyVersion.objects.filter(pk=version.pk)
    asked = services.ask(actor=people.olivia, version=version, reason="as discussed")
    for name, changed in (
        ("policy_agreed_as_a_whole", {"agreed_by": people.otto}),
        ("policy_agreed_as_a_whole", {"approval": asked}),
        ("policy_agreed_by_(another|approval)", {"agreed_by": people.olivia, "agreed_at": now}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**changed)
    with pytest.raises(IntegrityError, match="policy_code_once"), transaction.atomic():
        Policy.objects.bulk_create([Policy(code="same"), Policy(code="same")])


def test_acceptance_is_of_the_text_in_force_and_final(people: SimpleNamespace) -> None:
    version = in_force(people)
    given = accept(people.ming, version)
    assert bytes(given.text_hash) == hash_of(version)
    assert logged(Action.POLICY_ACCEPT, version.pk) == 1
    with pytest.raises(ValidationError):
        accept(people.ming, version)
    with pytest.raises(IntegrityError, match="policy_accepted_once"), transaction.atomic():
        PolicyAcceptance.objects.create(person=people.ming, version=version, text_hash=version.text_hash)
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        PolicyAcceptance.objects.filter(pk=given.pk).update(person=people.lin)
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        PolicyAcceptance.objects.filter(pk=given.pk).delete()


def test_attack_an_old_hash_is_accepted(people: SimpleNamespace) -> None:
    old = in_force(people)
    accept(people.ming, old)
    new = in_force(people, policy=old.policy, text_en=EN + " And more.")
    with pytest.raises(ValidationError):
        accept(people.lin, old)
    with pytest.raises(ValidationError):
        accept(people.lin, new, bytes(old.text_hash))
    with pytest.raises(IntegrityError, match="policy_acceptance_of_this_text"), transaction.atomic():
        PolicyAcceptance.objects.create(person=people.lin, version=new, text_hash=old.text_hash)
    assert access.due_of(people.ming, new).accepted_at is None  # asked again
    assert PolicyAcceptance.objects.filter(person=people.ming, version=old).exists()  # and it stays
    assert access.due_of(people.ming, old) is None


def test_only_its_audience_is_asked(people: SimpleNamespace) -> None:
    version = in_force(people, roles=[RoleCode.AGENT.value])
    assert set(PolicyDue.objects.values_list("person_id", flat=True)) == {people.ming.pk, people.lin.pk}
    with pytest.raises(ValidationError):
        accept(people.olivia, version)


def test_who_joins_has_the_days_from_then(people: SimpleNamespace) -> None:
    for_all = overdue(people)
    for_agents = overdue(people, roles=[RoleCode.AGENT.value])
    User.objects.filter(pk=people.ming.pk).update(created_at=timezone.now() - timedelta(days=365))
    joiner = person("joiner", role=RoleCode.ADMIN)
    assert access.due_of(people.ming, for_all).is_late
    assert not access.due_of(joiner, for_all).is_late
    assert not access.due_of(people.ming, for_agents).is_late  # in the role since today
    assert access.due_of(joiner, for_agents) is None


def test_who_has_left_is_asked_nothing(people: SimpleNamespace) -> None:
    overdue(people)
    User.objects.filter(pk=people.ming.pk).update(is_active=False, disabled_at=timezone.now())
    assert not PolicyDue.objects.filter(person=people.ming).exists()


def test_the_page_is_read_to_its_end_then_accepted(people: SimpleNamespace) -> None:
    version, browser = in_force(people), client_of(people.ming)
    address = reverse("people:policy", args=[version.policy_id])
    first = browser.get(address).content.decode()
    assert "These rules bind" in first
    assert "agreed" not in first  # nothing to tick before the last page
    assert browser.get(address, {"part": 2}).context["form"] is not None
    assert browser.post(address, form(version)).status_code == 302
    given = PolicyAcceptance.objects.get()
    assert (given.person, given.language) == (people.ming, "en")
    assert LogEntry.objects.filter(action=Action.POLICY_VIEW, object_id=version.pk).count() == 2


@pytest.mark.parametrize("shown", [[], [1], [2], [1, 1], ["-1", "9", "x"]])
def test_attack_a_page_is_skipped(people: SimpleNamespace, shown: list[Any]) -> None:
    version, browser = in_force(people), client_of(people.ming)
    address = reverse("people:policy", args=[version.policy_id])
    for part in shown[:1]:
        browser.get(address, {"part": part})
    assert browser.post(f"{address}?part=2", form(version)).status_code == 200
    assert not PolicyAcceptance.objects.exists()
    refused = LogEntry.objects.filter(action=Action.POLICY_ACCEPT, reason=Reason.NOT_SHOWN)
    assert refused.filter(result="refused", object_id=version.pk).count() == 1


def test_attack_another_language_was_shown(people: SimpleNamespace) -> None:
    version, browser = in_force(people), client_of(people.ming)
    read_through(browser, version)
    people.ming.language = "zh-hans"
    people.ming.save(update_fields=["language"])
    browser.cookies["django_language"] = "zh-hans"
    address = reverse("people:policy", args=[version.policy_id])
    browser.post(address, form(version))
    assert PolicyAcceptance.objects.filter(language="zh-hans").count() == 0


@pytest.mark.parametrize("changed", [{"agreed": ""}, {"text": "0" * 64}, {"text": "x"}])
def test_an_incomplete_form_accepts_nothing(people: SimpleNamespace, changed: dict[str, str]) -> None:
    version, browser = in_force(people), client_of(people.ming)
    address = read_through(browser, version)
    assert browser.post(address, form(version, **changed)).status_code == 200
    assert not PolicyAcceptance.objects.exists()


def test_attack_somebody_accepts_for_another(people: SimpleNamespace) -> None:
    version, browser = in_force(people), client_of(people.ming)
    address = read_through(browser, version)
    browser.post(address, form(version, person=str(people.lin.pk), actor=str(people.lin.pk)))
    assert [given.person for given in PolicyAcceptance.objects.all()] == [people.ming]


def test_attack_a_text_shown_before_a_new_version_came(people: SimpleNamespace) -> None:
    old, browser = in_force(people), client_of(people.ming)
    address = read_through(browser, old)
    in_force(people, policy=old.policy, text_en=EN + " And more.")
    assert browser.post(address, form(old)).status_code == 200
    assert not PolicyAcceptance.objects.exists()


def test_what_changed_is_shown_line_by_line(people: SimpleNamespace) -> None:
    old = in_force(people)
    in_force(people, policy=old.policy, text_en=EN.replace("at once", "within a minute"))
    page = client_of(people.ming).get(reverse("people:policy_changes", args=[old.policy_id]))
    kinds = {change.kind: change.line for change in page.context["changes"] if change.kind != "same"}
    assert "within a minute" in kinds["in"]
    assert "at once" in kinds["out"]
    assert "<ins>" in page.content.decode()


def test_the_day_reminds_of_what_is_open_and_officers_of_reviews(people: SimpleNamespace) -> None:
    def said(user: User) -> list[int]:
        return [item.count for item in due(user)]

    assert said(people.olivia) == [0, 0, 0]
    version = overdue(people, review_on=timezone.localdate() + timedelta(days=1))
    assert said(people.ming) == [1]
    assert said(people.bo) == []
    assert said(people.olivia) == [1, 0, len(STAFF)]
    accept(people.ming, version)
    assert said(people.ming) == [0]
    again = drafted(
        people,
        effective_on=timezone.localdate() - timedelta(days=9),
        review_on=timezone.localdate(),
    )
    approve(people.otto, services.ask(actor=people.olivia, version=again, reason="as discussed"))
    assert said(people.olivia) == [2, 1, len(STAFF) - 1]
    page = client_of(people.olivia).get(reverse("people:policies")).content.decode()
    assert "Overdue" in page


def test_the_shipped_texts_bind_nobody_until_two_officers_want_it(people: SimpleNamespace) -> None:
    ensure_first_policies()
    ensure_first_policies()
    shipped = list(PolicyVersion.objects.select_related("policy"))
    assert len(shipped) == 4
    assert not PolicyDue.objects.exists()
    for version in shipped:
        assert hash_of(version) == bytes(version.text_hash)
        assert len(parts_of(version.text_zh)) == len(parts_of(version.text_en)) > 2
    page = client_of(people.olivia).get(reverse("people:policy_version", args=[shipped[0].pk]))
    assert "Have your lawyer read it" in page.content.decode()
    asked = services.ask(actor=people.olivia, version=shipped[0], reason="as discussed")
    shipped[0].refresh_from_db()
    assert shipped[0].written_by == people.olivia  # who took it up answers for it
    approve(people.otto, asked)
    assert access.in_force().count() == 1


def test_the_overview_counts(people: SimpleNamespace) -> None:
    version = overdue(people)
    accept(people.ming, version)
    browser = client_of(people.olivia)
    page = browser.get(reverse("people:policies"))
    [line] = [line for line in page.context["lines"] if line.version == version]
    assert (line.asked, line.accepted, line.late) == (len(STAFF), 1, len(STAFF) - 1)
    assert page.context["bars"] is not None
    kept = browser.get(reverse("people:policy_kept", args=[version.policy_id]))
    assert {due.person_id for _person, due in kept.context["rows"] if due.accepted_at} == {people.ming.pk}


def test_a_draft_is_written_on_a_page_changed_and_thrown_away(people: SimpleNamespace) -> None:
    browser = client_of(people.olivia)
    today = timezone.localdate()
    typed = {
        "title_zh": "规则",
        "title_en": "Rules",
        "text_zh": ZH,
        "text_en": EN,
        "days": 7,
        "effective_on": today.isoformat(),
        "review_on": (today + timedelta(days=30)).isoformat(),
    }
    wrong = {
        "text_en": EN + "\n# 3. One more",
        "effective_on": (today - timedelta(days=1)).isoformat(),
        "review_on": today.isoformat(),
    }
    for name, value in wrong.items():
        answer = browser.post(reverse("people:policy_new"), typed | {name: value})
        assert answer.context["form"].errors[name]
    assert browser.post(reverse("people:policy_new"), typed).status_code == 302
    version = PolicyVersion.objects.get(title_en="Rules")
    again = reverse("people:policy_draft", args=[version.policy_id])
    assert client_of(people.otto).post(again, typed).status_code == 200  # olivia is writing it
    assert browser.post(again, typed | {"days": 9}).status_code == 302
    version.refresh_from_db()
    assert (version.number, version.days) == (1, 9)
    assert browser.post(reverse("people:policy_discard", args=[version.pk])).status_code == 302
    assert not PolicyVersion.objects.filter(pk=version.pk).exists()


def test_an_agreed_version_is_not_thrown_away(people: SimpleNamespace) -> None:
    version = in_force(people)
    with pytest.raises(services.NotPossible):
        services.discard(actor=people.olivia, version=version)


def test_somebody_in_two_roles_is_asked_once(people: SimpleNamespace) -> None:
    hold(people.ming, RoleCode.DEAL_LEAD)
    in_force(people, roles=[RoleCode.AGENT.value, RoleCode.DEAL_LEAD.value])
    assert PolicyDue.objects.filter(person=people.ming).count() == 1
