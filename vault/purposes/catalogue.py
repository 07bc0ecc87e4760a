"""The purposes that a reveal names, the kind of book in which each may be named, and what may carry each.

Whose data a book holds decides (PIPL 13, 21): for our own clients we choose the purpose and told them so; a
target's customers were entrusted to us for one deal, and that deal is the only purpose there is.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.records.labels import EXTRAS, HELD, Field


class Holding(TextChoices):
    """Whose data a client book holds."""

    OWN = "own", _("Our own clients")
    ENTRUSTED = "entrusted", _("Entrusted to us for a deal")


class Purpose(TextChoices):
    """Codes are kept in the log for ever: members may be added, never renamed."""

    SERVICE = "service", _("Serving the client")
    MANDATE = "mandate", _("Carrying out a mandate")
    IDENTITY_CHECK = "identity_check", _("Checking identity")
    COMPLAINT = "complaint", pgettext_lazy("purpose", "Complaint or dispute")
    LEGAL_DUTY = "legal_duty", _("Legal duty")
    DEAL = "deal", _("The deal it was entrusted for")
    MARKETING = "marketing", pgettext_lazy("purpose", "Marketing")


class Basis(TextChoices):
    """What makes a use lawful (PIPL 13). Its items 4 (emergency), 5 (news) and 7 (other statutes) carry
    none of our purposes; under PIPL 21 an entrusted party stands on what its principal stands on."""

    CONSENT = "consent", pgettext_lazy("lawful basis", "Consent")
    CONTRACT = "contract", pgettext_lazy("lawful basis", "Needed for a contract with the person")
    LEGAL_DUTY = "statute", pgettext_lazy("lawful basis", "Needed for a duty laid down by law")
    MADE_PUBLIC = "made_public", pgettext_lazy("lawful basis", "Lawfully made public, within reason")
    ENTRUSTED = "entrusted", pgettext_lazy("lawful basis", "Entrusted by the principal of a deal")


# The first of each is what a new book starts with.
CARRIED_BY: dict[Purpose, tuple[Basis, ...]] = {
    Purpose.SERVICE: (Basis.CONTRACT, Basis.CONSENT, Basis.MADE_PUBLIC),
    Purpose.MANDATE: (Basis.CONTRACT, Basis.CONSENT),
    Purpose.IDENTITY_CHECK: (Basis.CONTRACT, Basis.LEGAL_DUTY, Basis.CONSENT),
    Purpose.COMPLAINT: (Basis.LEGAL_DUTY, Basis.CONTRACT, Basis.CONSENT),
    Purpose.LEGAL_DUTY: (Basis.LEGAL_DUTY,),
    Purpose.DEAL: (Basis.ENTRUSTED,),
    Purpose.MARKETING: (Basis.CONSENT,),
}


_WHO = (Field.NAME, Field.ID_NUMBER, Field.CREDIT_CODE, Field.BIRTH_DATE)
_REACH = (Field.PHONE, Field.EMAIL, Field.ADDRESS)
# The fields that each purpose needs in a book whose officer chose nothing else: no more than its end takes
# (PIPL 6, GDPR 5 (1) c). docs/decisions/2026-11-22-needed-fields.md argues each.
NEEDED: dict[Purpose, tuple[str, ...]] = {
    Purpose.SERVICE: (Field.NAME, Field.CREDIT_CODE, *_REACH, Field.NOTES, EXTRAS),
    Purpose.MANDATE: tuple(code for code in HELD if code != Field.BIRTH_DATE),
    Purpose.IDENTITY_CHECK: (*_WHO, Field.PHONE, Field.ADDRESS),
    Purpose.COMPLAINT: tuple(code for code in HELD if code != Field.BIRTH_DATE),
    Purpose.LEGAL_DUTY: (*_WHO, *_REACH, Field.BANK_ACCOUNT),
    Purpose.DEAL: HELD,
    Purpose.MARKETING: (Field.NAME, Field.PHONE, Field.EMAIL),
}
# Sensitive data are handled only where sufficiently necessary (PIPL 28); to advertise they never are. Nor is
# a birth date, which is most of an ID number: beside that number's mask it gives it away.
NEVER_NEEDED: dict[Purpose, tuple[str, ...]] = {
    Purpose.MARKETING: (Field.ID_NUMBER, Field.BIRTH_DATE, Field.BANK_ACCOUNT)
}


class Reason(TextChoices):
    """Why plaintext is needed just now; free text may be added beside it."""

    CALL = "call", _("To call or write to the client")
    CONTRACT = "contract", _("To draw up a document")
    VERIFY = "verify", _("To check what is recorded")
    REQUEST = "request", _("The client asked for it")
    OTHER = "other", pgettext_lazy("reason", "Another reason, given beside")


class ChangeReason(TextChoices):
    """Why a client was changed."""

    UPDATE = "update", _("It has changed")
    CORRECTION = "correction", _("It was wrong")
    REQUEST = "client_request", _("The client asked to have it changed")
    RESTORE = "restore", _("An older version was put back")


_ALLOWED: dict[str, tuple[Purpose, ...]] = {
    Holding.OWN: tuple(purpose for purpose in Purpose if purpose is not Purpose.DEAL),
    Holding.ENTRUSTED: (Purpose.DEAL,),
}


class PurposeNotAllowed(ValueError):
    """The book's kind does not know this purpose."""


def purposes_of(holding: str) -> tuple[Purpose, ...]:
    """The purposes that may be named in a book that holds such data."""
    return _ALLOWED[holding]


def default_basis(purpose: Purpose) -> Basis:
    """What carries the purpose in a book whose makers chose nothing else."""
    return CARRIED_BY[purpose][0]


def check_purpose(holding: str, purpose: str) -> Purpose:
    """Raises PurposeNotAllowed unless `purpose` is one of `purposes_of(holding)`."""
    for allowed in purposes_of(holding):
        if allowed == purpose:
            return allowed
    raise PurposeNotAllowed(purpose)
