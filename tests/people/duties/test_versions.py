"""New versions of an undertaking: the four clauses, another officer's word, who signs again."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from people.accounts.models import User
from people.approvals.services import NotDecidable, withdraw
from people.duties import drafts
from people.duties.access import nda_valid, renewable, signatures_in_force
from people.duties.models import NdaDraft, NdaKind, NdaSignature, NdaTemplate
from people.duties.templates import in_force, text_hash
from people.invitations.services import accept, invite
from tests.cast import client_of, signed
from tests.people.duties.making import drafted, in_days, new_version, words
from tests.people.helpers import approve, logged, read_through

pytestmark = pytest.mark.django_db
DEAL = UUID(int=11)


def test_the_new_version_is_the_one_to_sign_and_older_signatures_are_kept(people: SimpleNamespace) -> None:
    old = signed(people.bo, deal_id=DEAL)
    made = new_version(people, "buyer")
    assert (made.version, in_force(NdaKind.BUYER)) == (2, made)
    assert text_hash(made) == bytes(made.text_hash)
    assert logged(Action.NDA_ADOPT, made.pk) == 1
    assert not NdaDraft.objects.exists()
    assert nda_valid(people.bo, DEAL)
    assert not renewable().filter(pk=old.pk).exists()
    assert signed(people.ben, deal_id=DEAL).template == made


def test_whoever_signed_the_old_one_signs_again_from_the_day_on(people: SimpleNamespace) -> None:
    old = signed(people.bo, deal_id=DEAL)
    new_version(people, "buyer", again=in_days(9))
    assert nda_valid(people.bo, DEAL)  # there is time
    assert list(renewable()) == [old]
    signed(people.bo, deal_id=DEAL)
    assert signatures_in_force().filter(person=people.bo).count() == 2


def test_attack_a_held_link_after_a_newer_text_was_asked_for(people: SimpleNamespace) -> None:
    signed(people.bo, deal_id=DEAL)
    new_version(people, "buyer", again=True)
    assert not nda_valid(people.bo, DEAL)
    assert nda_valid(people.ming, DEAL)  # of another kind
    signed(people.bo, deal_id=DEAL)
    assert nda_valid(people.bo, DEAL)
    new_version(people, "buyer")  # which asks nobody
    assert nda_valid(people.bo, DEAL)


def test_the_gate_stays_one_query(people: SimpleNamespace, django_assert_num_queries: Any) -> None:
    new_version(people, "staff", again=True)
    with django_assert_num_queries(1):
        assert not nda_valid(people.ming, DEAL)


def test_the_page_offers_the_new_text_before_the_old_one_ends(people: SimpleNamespace) -> None:
    invitation = invite(
        actor=people.lea,
        deal_id=DEAL,
        group_id=uuid4(),
        email=people.bo.email,
        display_name="x",
        code_name="Willow",
    )
    accept(invitation=invitation, password=None)
    signed(people.bo, deal_id=DEAL)
    browser, address = client_of(people.bo), reverse("people:nda", args=[DEAL])
    assert browser.get(address).status_code == 302  # there is nothing to sign
    made = new_version(people, "buyer", again=in_days(9))
    assert address in browser.get(reverse("people:duties")).content.decode()
    page = read_through(browser, address)
    form = {"text": page.context["fingerprint"], "typed_name": "Bo Li", "agreed": "on"}
    assert browser.post(address, form).status_code == 302
    assert NdaSignature.objects.filter(person=people.bo, template=made).exists()
    assert address not in browser.get(reverse("people:duties")).content.decode()


def test_attack_an_author_agrees_to_their_own_text(people: SimpleNamespace) -> None:
    draft = drafted(people, "buyer")
    asked = drafts.ask(actor=people.olivia, draft=draft, reason="as discussed")
    with pytest.raises(NotDecidable):
        approve(people.olivia, asked)
    withdraw(actor=people.olivia, request=asked)
    with pytest.raises(drafts.NotPossible):
        drafts.ask(actor=people.otto, draft=draft, reason="for olivia")
    with pytest.raises(IntegrityError, match="nda_draft_author_stays"), transaction.atomic():
        NdaDraft.objects.filter(pk=draft.pk).update(written_by=people.otto)


def test_attack_a_draft_changed_after_it_was_asked_for(people: SimpleNamespace) -> None:
    draft = drafted(people, "buyer")
    asked = drafts.ask(actor=people.olivia, draft=draft, reason="as discussed")
    with pytest.raises(drafts.NotPossible):
        drafted(people, "buyer", duty_days=90)
    NdaDraft.objects.filter(pk=draft.pk).update(liability_zh="无" * 40)
    with pytest.raises(NotDecidable):
        approve(people.otto, asked)
    assert NdaTemplate.objects.filter(kind="buyer").count() == 1


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("nda_draft_one_a_kind", {}),
        ("nda_draft_kind_known", {"kind": "friend"}),
        ("nda_draft_four_clauses", {"kind": "staff", "duties_en": "be good"}),
        ("nda_draft_duty_outlives_access", {"kind": "staff", "access_days": 10, "duty_days": 9}),
        ("nda_draft_signed_again_later", {"kind": "staff", "resign_on": in_days(-9)}),
    ],
)
def test_what_the_database_refuses_of_drafts(
    people: SimpleNamespace, name: str, changed: dict[str, Any]
) -> None:
    draft = drafted(people, "buyer")
    fields = {field.name: getattr(draft, field.name) for field in NdaDraft._meta.fields}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        NdaDraft(**fields | {"id": uuid4()} | changed).save(force_insert=True)


def test_nobody_agrees_to_what_they_wrote_says_the_database(people: SimpleNamespace) -> None:
    made = new_version(people, "buyer")
    fields = {field.name: getattr(made, field.name) for field in NdaTemplate._meta.fields}
    row = NdaTemplate(**fields | {"id": uuid4(), "version": 3, "written_by": people.otto})
    with pytest.raises(IntegrityError, match="nda_template_agreed_by_another"), transaction.atomic():
        row.save(force_insert=True)


def test_a_draft_is_written_and_shown_as_its_signer_sees_it(people: SimpleNamespace) -> None:
    browser, address = client_of(people.olivia), reverse("people:nda_write", args=["partner"])
    typed = {name: value for name, value in words("partner").items() if value is not None}
    typed |= {"effective_on": timezone.localdate().isoformat(), "older": "again"}
    wrong = {"liability_en": "", "duties_zh": "短", "duty_days": 1, "effective_on": "2020-01-01"}
    for name, value in wrong.items():
        assert browser.post(address, typed | {name: value}).context["form"].errors[name]
    assert browser.post(address, typed).context["form"].errors["resign_on"]
    assert browser.post(address, typed | {"resign_on": in_days(20).isoformat()}).status_code == 302
    draft = NdaDraft.objects.get()
    assert (draft.kind, draft.resign_on, draft.written_by) == ("partner", in_days(20), people.olivia)
    page = browser.get(reverse("people:nda_draft", args=[draft.pk])).content.decode()
    for text in (draft.liability_zh, draft.term_en):
        assert text.splitlines()[0].replace("'", "&#x27;") in page
    assert browser.post(reverse("people:nda_discard", args=[draft.pk])).status_code == 302
    assert not NdaDraft.objects.exists()


def test_duties_go_on_after_leaving_and_officers_see_until_when(people: SimpleNamespace) -> None:
    kept = NdaSignature.objects.get(person=people.lin)
    browser, address = client_of(people.olivia), reverse("people:signatures")
    assert browser.get(address, {"left": 1}).context["page"].rows == []
    User.objects.filter(pk=people.lin.pk).update(is_active=False, disabled_at=timezone.now())
    page = browser.get(address, {"left": 1})
    assert page.context["page"].rows == [kept]
    assert f"{timezone.localtime(kept.duty_expires_at):%Y-%m-%d}" in page.content.decode()
    people.lin.refresh_from_db()
    assert not nda_valid(people.lin, DEAL)  # the rooms closed with the account
    with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
        people.lin.delete()
    assert NdaSignature.objects.filter(pk=kept.pk).exists()


def test_an_undertaking_near_its_end_is_renewed(people: SimpleNamespace) -> None:
    """Before its last thirty days there is nothing to sign; then it is signed anew, and both are kept."""
    template = in_force(NdaKind.BUYER)
    assert template is not None
    now = timezone.now()
    NdaSignature.objects.create(
        person=people.bo,
        template=template,
        kind=template.kind,
        deal_id=DEAL,
        language="en",
        text_hash=bytes(template.text_hash),
        typed_name="Bo",
        signed_at=now - timedelta(days=160),
        access_expires_at=now + timedelta(days=20),
        duty_expires_at=now + timedelta(days=900),
    )
    signed(people.bo, deal_id=DEAL)
    assert signatures_in_force().filter(person=people.bo).count() == 2
    with pytest.raises(ValidationError):
        signed(people.bo, deal_id=DEAL)
