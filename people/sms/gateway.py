"""Any gateway that takes JSON by HTTP: the house's own, or the local one of `make run` and the tests.

`{"to": "+8613800138000", "text": "…"}` with the secret as a bearer token (RFC 6750); a 2xx answer holds
`{"receipt": "…"}`.
"""

import json

from django.conf import settings

from people.sms.message import Message
from people.sms.posting import post


def send(message: Message) -> str:
    """The gateway's receipt. Raises NotSent."""
    body = json.dumps({"to": message.number, "text": message.text}).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": f"Bearer {settings.SMS_KEY_SECRET}",
    }
    return str(post(settings.SMS_ENDPOINT, body, headers).get("receipt", ""))
