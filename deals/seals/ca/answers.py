"""What is asked of a signed PDF, and what can be wrong with it (verifying.py, which loads a library that
nothing else needs)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Trouble(TextChoices):
    UNREADABLE = "ca.unreadable", pgettext_lazy("seal", "Not a signed PDF")
    NOT_OURS = "ca.not_ours", pgettext_lazy("seal", "Not the document that was handed over")
    CHANGED = "ca.changed", pgettext_lazy("seal", "More than a signature was added")
    PART = "ca.part", pgettext_lazy("seal", "The signature does not cover the whole file")
    BROKEN = "ca.broken", pgettext_lazy("seal", "The signature is not valid")
    UNTRUSTED = "ca.untrusted", pgettext_lazy("seal", "The certificate leads to no root of the house")
    REVOKED = "ca.revoked", pgettext_lazy("seal", "The certificate is revoked")
    EXPIRED = "ca.expired", pgettext_lazy("seal", "The certificate was not valid")
    UNKNOWN = "ca.unknown", pgettext_lazy("seal", "Whether the certificate is revoked could not be learnt")
    TIME = "ca.time", pgettext_lazy("seal", "Signed at another time")
    NAME = "ca.name", pgettext_lazy("seal", "The certificate is another company's")
    CODE = "ca.code", pgettext_lazy("seal", "The certificate has another credit code")


class NotSealed(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to come back: our document, for whom, since when the envelope is open."""

    sha256: bytes
    size: int
    company: str
    code: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Trust:
    """Roots (DER or PEM) and revocation lists (DER), of now."""

    roots: Sequence[bytes]
    crls: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Sealed:
    """`signed_at` as the signature says; `certificate_sha256` of the signer's certificate in DER."""

    signed_at: datetime
    certificate_sha256: bytes
