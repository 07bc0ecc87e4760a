"""The codes of consents, notices, acts and refusals. They stand in the log and the ledger for ever."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Scope(TextChoices):
    """What exactly is consented to. All but the first need a consent of their own (PIPL 23, 29, 39)."""

    USE = "use", pgettext_lazy("consent", "Use for this purpose")
    SENSITIVE = "sensitive", pgettext_lazy("consent", "Use of sensitive data (bank account, highest grade)")
    SHARE = "share", pgettext_lazy("consent", "Giving to a third party")
    OVERSEAS = "overseas", pgettext_lazy("consent", "Giving abroad")


class Form(TextChoices):
    """How firmly consent was given; a later one in the list stands for the earlier ones too."""

    GENERAL = "general", pgettext_lazy("consent", "Consent")
    SEPARATE = "separate", pgettext_lazy("consent", "Separate consent")
    WRITTEN = "written", pgettext_lazy("consent", "Written consent")


class Recipient(TextChoices):
    """To what kind of third party (PIPL 23 wants it said)."""

    NONE = "", pgettext_lazy("recipient", "Nobody else")
    BUYER = "buyer", pgettext_lazy("recipient", "Buyer in a deal")
    ADVISER = "adviser", pgettext_lazy("recipient", "Lawyers, accountants and other advisers")
    FILING_AGENT = "filing_agent", pgettext_lazy("recipient", "Filing agent")
    PARTNER = "partner", pgettext_lazy("recipient", "Partner firm")


class Channel(TextChoices):
    """How the person's word reached us."""

    LINK = "link", pgettext_lazy("channel", "By the person, through the link")
    PAPER = "paper", pgettext_lazy("channel", "On paper")
    CHAT = "chat", pgettext_lazy("channel", "In a chat message")
    PHONE = "phone", pgettext_lazy("channel", "By phone")
    IN_PERSON = "in_person", pgettext_lazy("channel", "Face to face")
    PRINCIPAL = "principal", pgettext_lazy("channel", "Instruction of the principal")


class Act(TextChoices):
    """What is to be done with plaintext."""

    REVEAL = "act.reveal", pgettext_lazy("act", "Show plaintext")
    EXPORT = "act.export", pgettext_lazy("act", "Export")
    SHARE = "act.share", pgettext_lazy("act", "Give to a third party")


class Unlawful(TextChoices):
    """Why a use was refused."""

    UNKNOWN_PURPOSE = "unlawful.purpose", _("This book's data may never be used for this purpose.")
    OFF = "unlawful.off", _("This purpose is switched off in this book.")
    NOT_OF_USE = "purpose_not_of_use", _("These data were not taken in for this purpose.")
    NO_SOURCE = "needs_source", _("These data come from outside, and where from is not recorded.")
    NOT_NEEDED = "unlawful.fields", _("This purpose does not need these data.")
    NO_CONSENT = "unlawful.consent", _("The client has not consented to this.")
    WITHDRAWN = "unlawful.withdrawn", _("The client has withdrawn the consent.")
    OUTDATED = "unlawful.outdated", _("The consent was given before the purpose was changed.")
    UNCONFIRMED = "unlawful.unconfirmed", _("The client's consent waits for an officer to confirm it.")
    TOO_WEAK = "unlawful.form", _("This needs a firmer form of consent than the one on record.")
    DEAL_ENDED = "unlawful.deal_ended", _("The deal that these data were entrusted for has ended.")
    MANDATE_ENDED = "unlawful.mandate_ended", _("The client's mandate has ended.")
    NO_MANDATE = "unlawful.no_mandate", _("No mandate of this client is in force: nothing is given away.")


WHAT_TO_DO: dict[Unlawful, object] = {
    Unlawful.UNKNOWN_PURPOSE: _("Choose another purpose."),
    Unlawful.OFF: _("Choose another purpose, or ask a compliance officer to switch it on with its basis."),
    Unlawful.NOT_OF_USE: _("Choose another purpose."),
    Unlawful.NO_SOURCE: _("Choose their source under “Change”, then try again."),
    Unlawful.NOT_NEEDED: _(
        "Choose the purpose that needs them, or ask a compliance officer which fields this one needs."
    ),
    Unlawful.NO_CONSENT: _("Send the client the notice, or record the consent that was given."),
    Unlawful.WITHDRAWN: _("Leave it. Only the client can give consent again."),
    Unlawful.OUTDATED: _("Send the client the new notice and ask again."),
    Unlawful.UNCONFIRMED: _("Wait for the compliance officer, who asks the client."),
    Unlawful.TOO_WEAK: _("Ask for a separate or written consent and record it with its proof."),
    Unlawful.DEAL_ENDED: _("Return or delete the data as agreed with the principal."),
    Unlawful.MANDATE_ENDED: _("Renew the mandate, or choose a purpose that stands on something else."),
    Unlawful.NO_MANDATE: _("Have the client sign one and put it in force first."),
}


class Why(TextChoices):
    """Why a basis was set or changed."""

    START = "basis.start", pgettext_lazy("basis", "Set when the book was opened")
    REVIEW = "basis.review", pgettext_lazy("basis", "Review by the officer")
    NEW_USE = "basis.new_use", pgettext_lazy("basis", "The data are needed for something new")
    LAW = "basis.law", pgettext_lazy("basis", "The law has changed")
    STOP = "basis.stop", pgettext_lazy("basis", "No longer needed")


class SourceKind(TextChoices):
    """Who gave us a list (DSL 33)."""

    OWN = "own", pgettext_lazy("list source", "Collected by ourselves")
    PARTNER = "partner", pgettext_lazy("list source", "From a partner firm")
    PURCHASED = "purchased", pgettext_lazy("list source", "Bought")
    ENTRUSTED = "entrusted", pgettext_lazy("list source", "Entrusted by the principal of the deal")
    PUBLIC = "public", pgettext_lazy("list source", "From public registers")


class Told(TextChoices):
    """What the people on a list were told when their data were collected."""

    NOTICE = "notice", pgettext_lazy("list source", "They were given our notice")
    OTHERS = "others", pgettext_lazy("list source", "They were told by whoever collected the data")
    NOT_YET = "not_yet", pgettext_lazy("list source", "Not yet: they will be given our notice")
    PUBLIC = (
        "public",
        pgettext_lazy("list source", "No notice of ours: the data were lawfully public"),
    )


class Outcome(TextChoices):
    """What became of an alert."""

    SEEN = "alert.seen", pgettext_lazy("alert", "Seen")
    EXPLAINED = "alert.explained", pgettext_lazy("alert", "Handled: explained to the person")
    CONSENT = "alert.consent", pgettext_lazy("alert", "Handled: consent or notice is obtained")
    BASIS = "alert.basis", pgettext_lazy("alert", "Handled: the book's basis was corrected")
    INCIDENT = "alert.incident", pgettext_lazy("alert", "Handled: taken up as an incident")
