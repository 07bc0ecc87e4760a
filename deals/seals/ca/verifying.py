"""Whether a PDF that came back is our document, signed whole by that very company's certificate.

What has to hold, each with a code of its own when it does not:

* The file begins with our document, byte for byte (its SHA-256), and what was added is one revision that
  holds the signature and nothing else: an update that paints over our text is found out (pyHanko's
  difference analysis of that revision against ours).
* There is one signature; its byte range covers the whole file but itself, so nothing was appended after it.
* The CMS signature (PKCS #7, RFC 5652) is intact and valid over those bytes.
* Its certificate leads to a configured root, is valid now, may sign, and no certificate on the way is
  revoked: each must have a revocation list of now (RFC 5280). Nothing is fetched by what a certificate
  says.
* It was signed while the envelope was open, by the clock of whoever signed.
* The certificate's organisation is the company, and its identifier (X.520 organizationIdentifier, or
  serialNumber) the company's unified social credit code: a namesake of another code is another company, and a
  like name is another name.

There is no trusted time stamp in it: the moment that counts is the one in which the answer arrived.
"""

import logging
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from deals.seals.ca.answers import Asked, NotSealed, Sealed, Trouble, Trust

# It writes what certificates say into the log of the program; what does not hold is said by a code here.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
CLOCKS_DIFFER = timedelta(minutes=5)
_MAY_SIGN = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
)
_IDENTIFIERS = ("organization_identifier", "serial_number")


def verify(signed: bytes, asked: Asked, trust: Trust, now: datetime) -> Sealed:
    """Raises NotSealed with the first thing that does not hold."""
    if len(signed) <= asked.size or sha256(signed[: asked.size]).digest() != asked.sha256:
        raise NotSealed(Trouble.NOT_OURS)
    try:
        signature = _one_signature(signed)
        status = _status(signature, trust, now)
    except NotSealed:
        raise
    # Whatever a parser says about a stranger's bytes, they are no signed PDF.
    except Exception as problem:
        raise NotSealed(Trouble.UNREADABLE) from problem
    _require_whole(status, now)
    certificate = signature.signer_cert
    _require_company(certificate, asked)
    at = signature.self_reported_timestamp
    if at is None or not asked.since - CLOCKS_DIFFER <= at <= now + CLOCKS_DIFFER:
        raise NotSealed(Trouble.TIME)
    return Sealed(at, sha256(certificate.dump()).digest())


def same_name(one: str, other: str) -> bool:
    """As registers and certificates write it: width, brackets and spaces aside, and nothing else."""
    return _plain(one) == _plain(other)


def _one_signature(signed: bytes) -> EmbeddedPdfSignature:
    reader = PdfFileReader(BytesIO(signed))
    if reader.encrypted:
        raise NotSealed(Trouble.UNREADABLE)
    found = reader.embedded_signatures
    if not found:
        raise NotSealed(Trouble.UNREADABLE)
    signature: EmbeddedPdfSignature = found[0]
    if len(found) != 1 or signature.sig_object_type != "/Sig":
        raise NotSealed(Trouble.CHANGED)
    if signature.evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        raise NotSealed(Trouble.PART)
    if reader.xrefs.total_revisions != 2:
        raise NotSealed(Trouble.CHANGED)
    added = DEFAULT_DIFF_POLICY.review_file(reader, 0)
    if not isinstance(added, DiffResult) or added.modification_level > ModificationLevel.FORM_FILLING:
        raise NotSealed(Trouble.CHANGED)
    return signature


def _status(signature: EmbeddedPdfSignature, trust: Trust, now: datetime) -> PdfSignatureStatus:
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in trust.roots],
        other_certs=signature.other_embedded_certs,
        crls=list(trust.crls),
        moment=now,
        allow_fetching=False,
        revocation_mode="require",
    )
    # In a thread of its own: the library runs an event loop, which a thread that has one already refuses.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(validate_pdf_signature, signature, context, key_usage_settings=_MAY_SIGN).result()


def _require_whole(status: PdfSignatureStatus, now: datetime) -> None:
    if not status.intact or not status.valid:
        raise NotSealed(Trouble.BROKEN)
    if not status.trusted:
        raise NotSealed(_why_not_trusted(status, now))
    if not status.bottom_line:
        raise NotSealed(Trouble.BROKEN)


def _why_not_trusted(status: PdfSignatureStatus, now: datetime) -> Trouble:
    certificate = status.signing_cert
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        return Trouble.EXPIRED
    named = {
        "REVOKED": Trouble.REVOKED,
        "REVOKED_NO_POE": Trouble.REVOKED,
        "REVOKED_CA_NO_POE": Trouble.REVOKED,
        "EXPIRED": Trouble.EXPIRED,
        "OUT_OF_BOUNDS_NO_POE": Trouble.EXPIRED,
        "OUT_OF_BOUNDS_NOT_REVOKED": Trouble.EXPIRED,
        "TRY_LATER": Trouble.UNKNOWN,
    }
    problem = status.trust_problem_indic
    return named.get(getattr(problem, "name", ""), Trouble.UNTRUSTED)


def _require_company(certificate: x509.Certificate, asked: Asked) -> None:
    subject = certificate.subject.native
    name = subject.get("organization_name")
    if not isinstance(name, str) or not same_name(name, asked.company):
        raise NotSealed(Trouble.NAME)
    said = [subject[field] for field in _IDENTIFIERS if isinstance(subject.get(field), str)]
    # EN 319 412-1, 5.1.4: "NTRCN-" stands before an identifier of China's trade register.
    codes = {one.strip().upper().removeprefix("NTRCN-") for one in said}
    if codes != {asked.code}:
        raise NotSealed(Trouble.CODE)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
