"""A PDF that a company signed with its certificate, and every way in which it is not that."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from cryptography.x509.oid import NameOID
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from deals.seals.ca.answers import Asked, NotSealed, Trouble, Trust
from deals.seals.ca.verifying import same_name, verify
from tests.deals.seals.authority import Authority, Company
from tests.deals.seals.making import CODE, COMPANY, credit_code, scan

DOCUMENT = scan(2)
AUTHORITY = Authority()
ASKED = Asked(
    sha256=sha256(DOCUMENT).digest(),
    size=len(DOCUMENT),
    company=COMPANY,
    code=CODE,
    since=timezone.now() - timedelta(hours=1),
)


def _company(**changed: Any) -> Company:
    return AUTHORITY.company(**({"name": COMPANY, "code": CODE} | changed))


def _trust(authority: Authority = AUTHORITY) -> Trust:
    return Trust([authority.root], [authority.revocations()])


def _trouble(signed: bytes, asked: Asked = ASKED, trust: Trust | None = None) -> Trouble:
    with pytest.raises(NotSealed) as refused:
        verify(signed, asked, trust or _trust(), timezone.now())
    return refused.value.trouble


def _painted_over(writer: IncrementalPdfFileWriter) -> None:
    """Another content in front of the first page's."""
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=b"0 0 500 500 re f")))


@pytest.mark.parametrize("identifier", [NameOID.ORGANIZATION_IDENTIFIER, NameOID.SERIAL_NUMBER])
@pytest.mark.parametrize("before", ["", "NTRCN-"])
def test_signed_by_the_company(identifier: Any, before: str) -> None:
    company = _company(code=before + CODE, identifier=identifier)
    sealed = verify(company.sign(DOCUMENT), ASKED, _trust(), timezone.now())
    assert abs(sealed.signed_at - timezone.now()) < timedelta(minutes=1)
    assert len(sealed.certificate_sha256) == 32


def test_attack_another_document() -> None:
    assert _trouble(_company().sign(scan(3))) == Trouble.NOT_OURS
    assert _trouble(_company().sign(DOCUMENT), replace(ASKED, sha256=bytes(32))) == Trouble.NOT_OURS


def test_attack_a_byte_of_our_document_changed() -> None:
    signed = bytearray(_company().sign(DOCUMENT))
    signed[len(DOCUMENT) // 2] ^= 1
    assert _trouble(bytes(signed)) == Trouble.NOT_OURS


def test_attack_an_update_after_signing_that_the_signature_does_not_cover() -> None:
    writer = IncrementalPdfFileWriter(BytesIO(_company().sign(DOCUMENT)))
    _painted_over(writer)
    changed = BytesIO()
    writer.write(changed)
    assert _trouble(changed.getvalue()) == Trouble.PART


def test_attack_bytes_after_the_signature() -> None:
    assert _trouble(_company().sign(DOCUMENT) + b"\n% more\n") == Trouble.PART


def test_attack_the_page_is_painted_over_in_the_revision_that_is_signed() -> None:
    assert _trouble(_company().sign(DOCUMENT, change=_painted_over)) == Trouble.CHANGED


def test_attack_a_revision_between_ours_and_the_signed_one() -> None:
    writer, between = IncrementalPdfFileWriter(BytesIO(DOCUMENT)), BytesIO()
    _painted_over(writer)
    writer.write(between)
    assert _trouble(_company().sign(between.getvalue())) == Trouble.CHANGED


def test_attack_two_signatures() -> None:
    once = _company().sign(DOCUMENT)
    assert _trouble(_company().sign(once, field="Second")) == Trouble.CHANGED


@pytest.mark.parametrize("signed", [DOCUMENT + b"%", DOCUMENT + DOCUMENT, DOCUMENT + bytes(5000)])
def test_attack_no_signature_at_all(signed: bytes) -> None:
    assert _trouble(signed) == Trouble.UNREADABLE


def test_attack_the_signature_is_of_other_bytes() -> None:
    """The signature's own bytes of a like file, in place of the right ones."""
    right, other = _company().sign(DOCUMENT), _company().sign(DOCUMENT)
    start, end = right.index(b"/Contents <") + 11, right.index(b">", right.index(b"/Contents <") + 11)
    foreign = other[other.index(b"/Contents <") + 11 :][: end - start]
    moved = right.replace(b"/M (", b"/M (", 1)
    assert _trouble(moved[:start] + foreign + moved[end:]) in (Trouble.BROKEN, Trouble.UNREADABLE)


def test_attack_a_chain_of_ones_own() -> None:
    own = Authority("Test Root")  # of the same name
    signed = own.company(COMPANY, CODE).sign(DOCUMENT)
    assert _trouble(signed) == Trouble.UNTRUSTED
    lists = [AUTHORITY.revocations(), own.revocations()]
    assert _trouble(signed, trust=Trust([AUTHORITY.root], lists)) == Trouble.UNTRUSTED


def test_attack_an_expired_certificate() -> None:
    gone = _company(since=-timedelta(days=90), until=-timedelta(days=1))
    assert _trouble(gone.sign(DOCUMENT)) == Trouble.EXPIRED
    early = _company(since=timedelta(days=1))
    assert _trouble(early.sign(DOCUMENT)) == Trouble.EXPIRED


def test_attack_a_revoked_certificate() -> None:
    authority = Authority()
    company = authority.company(COMPANY, CODE)
    signed = company.sign(DOCUMENT)
    assert verify(signed, ASKED, _trust(authority), timezone.now())
    authority.revoked.append(company.serial)
    assert _trouble(signed, trust=_trust(authority)) == Trouble.REVOKED


def test_without_a_list_nothing_is_believed() -> None:
    with pytest.raises(NotSealed):
        verify(_company().sign(DOCUMENT), ASKED, Trust([AUTHORITY.root], []), timezone.now())


@pytest.mark.parametrize(
    "name", ["深圳橡果控股有限责任公司", "深圳橡果控股有限公司北京分公司", "深圳象果控股有限公司", "Acorn"]
)
def test_attack_a_company_of_a_like_name(name: str) -> None:
    assert _trouble(_company(name=name).sign(DOCUMENT)) == Trouble.NAME


def test_attack_a_namesake_of_another_code() -> None:
    other = credit_code("91350211M000100Y4")
    assert _trouble(_company(code=other).sign(DOCUMENT)) == Trouble.CODE


def test_attack_signed_before_it_was_asked() -> None:
    asked = replace(ASKED, since=timezone.now() + timedelta(hours=1))
    assert _trouble(_company().sign(DOCUMENT), asked) == Trouble.TIME


@given(st.text(min_size=1, max_size=40))
def test_width_and_spaces_make_no_other_name(name: str) -> None:
    assert same_name(name, f" {name}　")
    assert same_name("橡果（深圳）有限公司", "橡果(深圳) 有限公司")
    assert not same_name(name + "甲", name + "乙")
