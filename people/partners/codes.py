"""The words of partner firms, as codes."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class FirmKind(TextChoices):
    LAW = "law", pgettext_lazy("firm", "Law firm")
    ACCOUNTING = "accounting", pgettext_lazy("firm", "Accountants")
    FILING = "filing", pgettext_lazy("firm", "Filing agent")
    TRANSLATION = "translation", pgettext_lazy("firm", "Translators")
    VALUATION = "valuation", pgettext_lazy("firm", "Valuers")
    OTHER = "other", pgettext_lazy("firm", "Other")


class Lacks(TextChoices):
    """What keeps a firm from being in force. Entries keep the code."""

    SUSPENDED = "firm.suspended", pgettext_lazy("firm", "Suspended: two people end that")
    NOT_PASSED = "firm.not_passed", pgettext_lazy("firm", "No questionnaire that passes")
    NO_AGREEMENT = "firm.no_agreement", pgettext_lazy("firm", "No checked agreement in force")
    NOT_REVIEWED = "firm.not_reviewed", pgettext_lazy("firm", "Not reviewed yet")
    REVIEW_OVERDUE = "firm.review_overdue", pgettext_lazy("firm", "The yearly review is overdue")


class SuspendedFor(TextChoices):
    INCIDENT = "firm.incident", pgettext_lazy("firm", "An incident at the firm")
    BREACH = "firm.breach", pgettext_lazy("firm", "The agreement was broken")
    QUESTIONNAIRE = "firm.answers", pgettext_lazy("firm", "An answer turned out to be wrong")
    REVIEW = "firm.review", pgettext_lazy("firm", "Its yearly review is overdue")
    ENDED = "firm.ended", pgettext_lazy("firm", "The work with it has ended")


class AgreementKind(TextChoices):
    """PIPL 21: processes for us, on our instruction; PIPL 23: is given data for its own purposes."""

    ENTRUSTMENT = "entrustment", pgettext_lazy("firm", "Entrusted processing (PIPL 21)")
    PROVISION = "provision", pgettext_lazy("firm", "Provision to another handler (PIPL 23)")


class Clause(TextChoices):
    PURPOSE = "purpose", pgettext_lazy("clause", "Purpose of the processing")
    PERIOD = "period", pgettext_lazy("clause", "Period of the processing")
    METHOD = "method", pgettext_lazy("clause", "Method of the processing")
    KINDS = "kinds", pgettext_lazy("clause", "Kinds of personal information")
    PROTECTION = "protection", pgettext_lazy("clause", "Protective measures")
    DUTIES = "duties", pgettext_lazy("clause", "Rights and duties of both sides")
    SUPERVISION = "supervision", pgettext_lazy("clause", "Our supervision of the processing")
    RETURN = "return", pgettext_lazy("clause", "Return or deletion at the end, nothing kept")
    NO_OTHERS = "no_others", pgettext_lazy("clause", "No sub-processor without our consent")
    TOLD = "told", pgettext_lazy("clause", "Clients are told the firm's name and contact")
    CONSENT = "consent", pgettext_lazy("clause", "Separate consent of each client")
    WITHIN = "within", pgettext_lazy("clause", "Use only within what clients were told")


# PIPL 21(1), (2), (3) and 网络数据条例 12; PIPL 23 and 网络数据条例 12.
ASKED = {
    AgreementKind.ENTRUSTMENT: (
        Clause.PURPOSE,
        Clause.PERIOD,
        Clause.METHOD,
        Clause.KINDS,
        Clause.PROTECTION,
        Clause.DUTIES,
        Clause.SUPERVISION,
        Clause.RETURN,
        Clause.NO_OTHERS,
    ),
    AgreementKind.PROVISION: (
        Clause.PURPOSE,
        Clause.METHOD,
        Clause.KINDS,
        Clause.PROTECTION,
        Clause.DUTIES,
        Clause.SUPERVISION,
        Clause.TOLD,
        Clause.CONSENT,
        Clause.WITHIN,
    ),
}


class SubState(TextChoices):
    NAMED = "named", pgettext_lazy("subprocessor", "Named, not agreed to")
    AGREED = "agreed", pgettext_lazy("subprocessor", "Agreed to")
    REFUSED = "refused", pgettext_lazy("subprocessor", "Refused")
    ENDED = "ended", pgettext_lazy("subprocessor", "No longer used")


class LinkFor(TextChoices):
    QUESTIONNAIRE = "questionnaire", pgettext_lazy("partner link", "Answering the questionnaire")
    CONTACT = "contact", pgettext_lazy("partner link", "Test of the incident contact")
    RECALL = "recall", pgettext_lazy("partner link", "Certifying return or destruction")


class How(TextChoices):
    RETURNED = "returned", pgettext_lazy("recall", "Everything was returned")
    DESTROYED = "destroyed", pgettext_lazy("recall", "Everything was destroyed")
    NOTHING = "nothing", pgettext_lazy("recall", "Nothing was kept outside the data room")
