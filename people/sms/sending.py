"""Sending a code as a text message: what each provider's adapter does, and which one the house has chosen.

An adapter is given a number, a code and a text, and answers with the provider's receipt. Providers on the
mainland send templates that they have approved and take the code alone; a gateway of one's own takes the
text. Neither is told more: no deal, no room, no name.
"""

from collections.abc import Callable

from django.conf import settings

from people.sms import alibaba, gateway, tencent
from people.sms.message import Message, NotSent, Trouble

__all__ = ["Message", "NotSent", "Trouble", "can_send_notices", "is_set_up", "send"]

Sender = Callable[[Message], str]
_SENDERS: dict[str, Sender] = {"gateway": gateway.send, "alibaba": alibaba.send, "tencent": tencent.send}


def is_set_up() -> bool:
    """Whether the house can send text messages at all."""
    return settings.SMS_PROVIDER in _SENDERS


def can_send_notices() -> bool:
    """Whether it can send others than codes: by a gateway of its own, or with a template of theirs."""
    return is_set_up() and (settings.SMS_PROVIDER == "gateway" or bool(settings.SMS_NOTICE_TEMPLATE))


def send(message: Message) -> str:
    """The provider's receipt. Raises NotSent."""
    sender = _SENDERS.get(settings.SMS_PROVIDER)
    if sender is None:
        raise NotSent(Trouble.SETTING)
    return sender(message)
