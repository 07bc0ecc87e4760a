"""Tencent Cloud SMS: SendSms of the API of 2021-01-11, signed with TC3-HMAC-SHA256.

Sources: cloud.tencent.com "SendSms" and "Signature v3" (their worked example is in
tests/vectors/sms_signatures.json). The approved template of codes has one variable, the code, that of
notices none.
"""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from functools import reduce

from django.conf import settings

from people.sms.message import Message, NotSent, Trouble
from people.sms.posting import post, target_of

ENDPOINT = "https://sms.tencentcloudapi.com"
ACTION, VERSION, SERVICE = "SendSms", "2021-01-11", "sms"
_JSON = "application/json; charset=utf-8"


def send(message: Message) -> str:
    """The receipt (SerialNo). Raises NotSent."""
    address = settings.SMS_ENDPOINT or ENDPOINT
    body = json.dumps(
        {
            "PhoneNumberSet": [message.number],
            "SmsSdkAppId": settings.SMS_APP_ID,
            "SignName": settings.SMS_SIGN_NAME,
            "TemplateId": settings.SMS_TEMPLATE if message.code else settings.SMS_NOTICE_TEMPLATE,
            "TemplateParamSet": [message.code] if message.code else [],
        }
    ).encode()
    host, now = target_of(address).netloc, int(time.time())
    headers = {
        "Content-Type": _JSON,
        "Host": host,
        "X-TC-Action": ACTION,
        "X-TC-Version": VERSION,
        "X-TC-Region": settings.SMS_REGION,
        "X-TC-Timestamp": str(now),
        "Authorization": authorization(
            body,
            host=host,
            service=SERVICE,
            action=ACTION,
            moment=now,
            key_id=settings.SMS_KEY_ID,
            secret=settings.SMS_KEY_SECRET,
        ),
    }
    return _receipt(post(address, body, headers).get("Response"))


def _receipt(said: object) -> str:
    """One number was sent to, so one status came back. Raises NotSent for anything but Ok."""
    statuses = said.get("SendStatusSet") if isinstance(said, dict) else None
    status = statuses[0] if isinstance(statuses, list) and statuses else None
    if not isinstance(status, dict) or status.get("Code") != "Ok":
        raise NotSent(Trouble.REFUSED)
    return str(status.get("SerialNo", ""))


def authorization(
    body: bytes, *, host: str, service: str, action: str, moment: int, key_id: str, secret: str
) -> str:
    """The Authorization header of a JSON POST to `/`. `moment` is in seconds since 1970."""
    signed = "content-type;host;x-tc-action"
    canonical = "\n".join(
        [
            "POST",
            "/",
            "",
            f"content-type:{_JSON}",
            f"host:{host}",
            f"x-tc-action:{action.lower()}",
            "",
            signed,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    day = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
    key = reduce(
        lambda key, word: hmac.digest(key, word.encode(), "sha256"),
        (day, service, "tc3_request"),
        f"TC3{secret}".encode(),
    )
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={signature}"
