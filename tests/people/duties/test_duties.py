"""Undertakings: the whole text is shown, then signed by the person; doors open only while it is valid."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, Reason
from audit.models import LogEntry
from people.duties import services
from people.duties.access import nda_valid
from people.duties.models import CLAUSES, NdaKind, NdaSignature, NdaTemplate
from people.duties.services import clean_name, revoke_nda
from people.duties.templates import in_force, parts, text_hash
from people.invitations.services import accept, invite
from tests.cast import client_of, signed
from tests.people.helpers import confirm_identity, logged, read_through

pytestmark = pytest.mark.django_db

DEAL, OTHER_DEAL = UUID(int=11), UUID(int=12)


def _invite(people: SimpleNamespace, name: str = "bo") -> None:
    email = getattr(people, name).email
    invitation = invite(
        actor=people.lea, deal_id=DEAL, group_id=uuid4(), email=email, display_name="x", code_name="Willow"
    )
    accept(invitation=invitation, password=None)


def test_a_signature_opens_its_deal_and_no_other(people: SimpleNamespace) -> None:
    assert not nda_valid(people.bo, DEAL)
    signature = signed(people.bo, deal_id=DEAL)
    assert nda_valid(people.bo, DEAL)
    assert not nda_valid(people.bo, OTHER_DEAL)
    assert not nda_valid(people.ben, DEAL)
    assert logged(Action.NDA_SIGN, signature.pk) == 1


def test_staff_sign_once_for_the_house(people: SimpleNamespace) -> None:
    assert nda_valid(people.ming, DEAL)
    assert nda_valid(people.ming, OTHER_DEAL)


def test_an_outside_signature_of_the_house_text_opens_nothing(people: SimpleNamespace) -> None:
    signed(people.bo)
    assert not nda_valid(people.bo, DEAL)


def test_one_query(people: SimpleNamespace, django_assert_num_queries) -> None:
    for user in (people.bo, people.ming):
        with django_assert_num_queries(1):
            nda_valid(user, DEAL)


def test_a_revoked_signature_opens_nothing_from_the_next_request_on(people: SimpleNamespace) -> None:
    signature = signed(people.bo, deal_id=DEAL)
    revoke_nda(actor=people.olivia, signature=signature)
    revoke_nda(actor=people.olivia, signature=signature)
    assert not nda_valid(people.bo, DEAL)
    assert logged(Action.NDA_REVOKE, signature.pk) == 1
    signature.refresh_from_db()
    assert signature.duty_expires_at > timezone.now()


def test_access_ends_before_the_duty(people: SimpleNamespace) -> None:
    template = in_force(NdaKind.BUYER)
    assert template is not None
    ago = timezone.now() - timedelta(days=template.access_days + 1)
    NdaSignature.objects.create(
        person=people.bo,
        template=template,
        kind=NdaKind.BUYER,
        deal_id=DEAL,
        language="en",
        text_hash=bytes(template.text_hash),
        typed_name="Bo",
        signed_at=ago,
        access_expires_at=ago + timedelta(days=template.access_days),
        duty_expires_at=ago + timedelta(days=template.duty_days),
    )
    assert not nda_valid(people.bo, DEAL)


def test_a_disabled_person_has_no_valid_signature(people: SimpleNamespace) -> None:
    signed(people.bo, deal_id=DEAL)
    people.bo.is_active = False
    assert not nda_valid(people.bo, DEAL)


def test_nobody_signs_twice(people: SimpleNamespace) -> None:
    signed(people.bo, deal_id=DEAL)
    with pytest.raises(ValidationError):
        signed(people.bo, deal_id=DEAL)


@pytest.mark.parametrize("typed", ["", " ", "\u202e\u200b", "x", "12345", "x" * 81])
def test_a_name_has_to_be_a_name(typed: str) -> None:
    with pytest.raises(ValidationError):
        clean_name(typed)


@pytest.mark.parametrize(
    ("typed", "name"), [(" 李  明 ", "李 明"), ("Ｂｏ　Ｌｉ", "Bo Li"), ("Bo\u202e Li", "Bo Li")]
)
def test_names_are_normalised(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize("kind", list(NdaKind))
def test_the_shipped_texts_have_all_clauses_in_both_languages(people: SimpleNamespace, kind: NdaKind) -> None:
    template = in_force(kind)
    assert template is not None
    for language in ("zh", "en"):
        assert [part.name for part in parts(template, language)] == ["preamble", *CLAUSES]
        assert all(part.text for part in parts(template, language))
    assert text_hash(template) == bytes(template.text_hash)
    assert "秘密" not in template.title_zh


def _copy(template: NdaTemplate, **changed: Any) -> NdaTemplate:
    fields = {field.name: getattr(template, field.name) for field in NdaTemplate._meta.fields}
    return NdaTemplate(**fields | {"id": uuid4(), "version": 2} | changed)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("nda_template_version_once", {"version": 1}),
        ("nda_template_kind_known", {"kind": "friend"}),
        ("nda_template_four_clauses", {"liability_zh": ""}),
        ("nda_template_four_clauses", {"term_en": "short"}),
        ("nda_template_duty_outlives_access", {"access_days": 10, "duty_days": 9}),
        ("nda_template_signed_again_later", {"resign_from": timezone.now() - timedelta(days=900)}),
        ("nda_template_agreed_by_approval", {}),
    ],
)
def test_what_the_database_refuses_of_texts(
    people: SimpleNamespace, name: str, changed: dict[str, Any]
) -> None:
    template = in_force(NdaKind.BUYER)
    assert template is not None
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        _copy(template, **changed).save(force_insert=True)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("nda_signature_deal_unless_staff", {"deal_id": None}),
        ("nda_signature_of_this_text", {"kind": NdaKind.STAFF, "deal_id": None}),
        ("nda_signature_of_this_text", {"text_hash": b"x" * 32}),
        ("nda_signature_method_known", {"method": "nod"}),
        ("nda_signature_named", {"typed_name": ""}),
        ("nda_signature_duty_outlives_access", {"duty_expires_at": timezone.now() + timedelta(days=1)}),
        ("nda_signature_revoked_by_someone", {"revoked_at": timezone.now()}),
    ],
)
def test_what_the_database_refuses_of_signatures(
    people: SimpleNamespace, name: str, changed: dict[str, Any]
) -> None:
    template = in_force(NdaKind.BUYER)
    assert template is not None
    row = {
        "person": people.bo,
        "template": template,
        "kind": NdaKind.BUYER,
        "deal_id": DEAL,
        "language": "en",
        "text_hash": bytes(template.text_hash),
        "typed_name": "Bo",
        "access_expires_at": timezone.now() + timedelta(days=10),
        "duty_expires_at": timezone.now() + timedelta(days=20),
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        NdaSignature.objects.create(**row | changed)


def test_texts_and_signatures_are_final(people: SimpleNamespace) -> None:
    signature = signed(people.bo, deal_id=DEAL)
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        NdaTemplate.objects.filter(kind=NdaKind.BUYER).update(term_zh="x" * 40)
    rows = NdaSignature.objects.filter(pk=signature.pk)
    for change in ({"typed_name": "Ben"}, {"access_expires_at": timezone.now() + timedelta(days=999)}):
        with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        rows.delete()
    revoke_nda(actor=people.olivia, signature=signature)
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        rows.update(revoked_at=None, revoked_by=None)


def _form(template: NdaTemplate, **changed: str) -> dict[str, str]:
    return {"text": bytes(template.text_hash).hex(), "typed_name": "Bo Li", "agreed": "on", **changed}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_the_whole_text_and_takes_the_signature(
    people: SimpleNamespace, language: str
) -> None:
    _invite(people)
    client = client_of(people.bo)
    client.cookies["django_language"] = language
    template = in_force(NdaKind.BUYER)
    assert template is not None
    pages = parts(template, "zh" if language == "zh-hans" else "en")
    for number, part in enumerate(pages, start=1):
        page = client.get(reverse("people:nda", args=[DEAL]), {"part": number}).content.decode()
        assert ('name="agreed"' in page) == (number == len(pages))
        for line in part.text.splitlines():
            assert line.replace("'", "&#x27;") in page
    assert client.post(reverse("people:nda", args=[DEAL]), _form(template)).status_code == 302
    signature = NdaSignature.objects.get(person=people.bo)
    assert (signature.typed_name, signature.language, signature.method) == ("Bo Li", language, "typed")
    assert nda_valid(people.bo, DEAL)


@pytest.mark.parametrize(
    "changed", [{"agreed": ""}, {"typed_name": ""}, {"typed_name": "7"}, {"text": "0" * 64}, {"text": ""}]
)
def test_an_incomplete_form_signs_nothing(people: SimpleNamespace, changed: dict[str, str]) -> None:
    _invite(people)
    client = client_of(people.bo)
    template = in_force(NdaKind.BUYER)
    assert template is not None
    read_through(client, reverse("people:nda", args=[DEAL]))
    assert client.post(reverse("people:nda", args=[DEAL]), _form(template, **changed)).status_code == 200
    assert not NdaSignature.objects.filter(person=people.bo).exists()


def test_a_text_that_was_not_shown_is_not_signed(people: SimpleNamespace) -> None:
    _invite(people)
    client = client_of(people.bo)
    template = in_force(NdaKind.BUYER)
    assert template is not None
    assert client.post(reverse("people:nda", args=[DEAL]), _form(template)).status_code == 200
    assert not nda_valid(people.bo, DEAL)


@pytest.mark.parametrize("turned", [[1], [5], [1, 2, 3, 4], [1, 2, 5], [5, 4, 3, 1]])
def test_attack_a_page_is_skipped_before_signing(people: SimpleNamespace, turned: list[int]) -> None:
    _invite(people)
    client, address = client_of(people.bo), reverse("people:nda", args=[DEAL])
    template = in_force(NdaKind.BUYER)
    assert template is not None
    for part in turned:
        client.get(address, {"part": part})
    assert client.post(f"{address}?part=5", _form(template)).status_code == 200
    assert not NdaSignature.objects.filter(person=people.bo).exists()
    found = LogEntry.objects.filter(action=Action.NDA_SIGN, reason=Reason.NOT_SHOWN)
    refused = found.get(subjects__contains=[people.bo.pk])
    assert (refused.result, refused.deal) == ("refused", DEAL)


def test_attack_another_deal_was_read(people: SimpleNamespace) -> None:
    """The text may be the same; a signature for a deal one was not invited to is refused all the same."""
    _invite(people)
    client = client_of(people.bo)
    template = in_force(NdaKind.BUYER)
    assert template is not None
    read_through(client, reverse("people:nda", args=[DEAL]))
    answer = client.post(reverse("people:nda", args=[OTHER_DEAL]), _form(template))
    assert answer.status_code == 404
    assert not NdaSignature.objects.filter(person=people.bo).exists()


def test_only_the_invited_are_asked(people: SimpleNamespace) -> None:
    _invite(people)
    assert client_of(people.ben).get(reverse("people:nda", args=[DEAL])).status_code == 404
    assert client_of(people.bo).get(reverse("people:nda", args=[OTHER_DEAL])).status_code == 404


def test_an_officer_revokes_on_the_page(people: SimpleNamespace) -> None:
    signature = signed(people.bo, deal_id=DEAL)
    client = client_of(people.olivia)
    confirm_identity(client)
    assert client.post(reverse("people:signature_revoke", args=[signature.pk])).status_code == 302
    assert not nda_valid(people.bo, DEAL)


def test_a_damaged_text_is_not_signed(people: SimpleNamespace) -> None:
    template = in_force(NdaKind.BUYER)
    assert template is not None
    template.term_zh += "。"
    with pytest.raises(ValidationError):
        services.sign_nda(actor=people.bo, template=template, deal_id=DEAL, typed_name="Bo Li", language="en")
