"""What is sent back to the client by chat: a word of thanks and the address of the notice (PIPL 17)."""

from django.utils.translation import gettext as _


def reply(address: str) -> str:
    """The message to copy. It names nobody: chats are forwarded."""
    thanks = _("Thank you for your enquiry.")
    if not address:
        return thanks + _(" We keep what you sent under seal and use it only to answer you.")
    return thanks + _(
        " We keep what you sent under seal and use it only to answer you."
        " Please read how we handle your data, and tell us there what you agree to: %(address)s"
    ) % {"address": address}
