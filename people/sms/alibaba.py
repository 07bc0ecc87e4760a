"""Alibaba Cloud SMS: SendSms of the API of 2017-05-25, signed with ACS3-HMAC-SHA256.

Sources: help.aliyun.com "SendSms" and "V3 request syntax and signature" (their worked example is in
tests/vectors/sms_signatures.json). The parameters go in the body as a form, so that no address holds the
number. The approved template of codes has one variable, `code`, that of notices none.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from django.conf import settings

from people.sms.message import Message, NotSent, Trouble
from people.sms.posting import post, target_of

ENDPOINT = "https://dysmsapi.aliyuncs.com"
ACTION, VERSION = "SendSms", "2017-05-25"
_FORM = "application/x-www-form-urlencoded"


def send(message: Message) -> str:
    """The receipt (BizId). Raises NotSent."""
    address = settings.SMS_ENDPOINT or ENDPOINT
    body = urlencode(
        {
            "PhoneNumbers": message.mainland or message.number.removeprefix("+"),
            "SignName": settings.SMS_SIGN_NAME,
            "TemplateCode": settings.SMS_TEMPLATE if message.code else settings.SMS_NOTICE_TEMPLATE,
            **({"TemplateParam": json.dumps({"code": message.code})} if message.code else {}),
        },
        quote_via=quote,
        safe="-_.~",
    ).encode()
    headers = {
        "content-type": _FORM,
        "host": target_of(address).netloc,
        "x-acs-action": ACTION,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": secrets.token_hex(16),
        "x-acs-version": VERSION,
    }
    headers["Authorization"] = authorization(
        headers, {}, key_id=settings.SMS_KEY_ID, secret=settings.SMS_KEY_SECRET
    )
    said = post(address, body, headers)
    if said.get("Code") != "OK":
        raise NotSent(Trouble.REFUSED)
    return str(said.get("BizId", ""))


def authorization(headers: Mapping[str, str], query: Mapping[str, str], *, key_id: str, secret: str) -> str:
    """The Authorization header of a POST to `/` with these headers, all of which are signed (lower case)."""
    names = sorted(headers)
    canonical = "\n".join(
        [
            "POST",
            "/",
            "&".join(f"{_encoded(name)}={_encoded(query[name])}" for name in sorted(query)),
            *(f"{name}:{headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            headers["x-acs-content-sha256"],
        ]
    )
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(secret.encode(), to_sign.encode(), "sha256").hex()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={';'.join(names)},Signature={signature}"


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
