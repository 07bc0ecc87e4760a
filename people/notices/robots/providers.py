"""What the robots of WeCom, DingTalk and Feishu take: where they live, how a text is sent and signed.

Sources: developer.work.weixin.qq.com path/91770 (群机器人: `msgtype` text, at most 2,048 bytes, `errcode` 0);
open.dingtalk.com "自定义机器人安全设置" (加签: HMAC-SHA256 under the secret over `timestamp\\nsecret`,
milliseconds, Base64, percent-encoded in the address; `errcode` 0); open.feishu.cn "自定义机器人使用指南"
(签名校验: HMAC-SHA256 of nothing under `timestamp\\nsecret`, seconds, Base64, in the body; `code` 0).
"""

import hashlib
import hmac
import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from people.notices.models import Provider


@dataclass(frozen=True)
class Home:
    """Where a provider's robots live: nothing else is ever posted to. `token` is the name of the one
    parameter that the address has; empty where the path holds it."""

    hosts: tuple[str, ...]
    path: str
    token: str
    signs: bool


HOMES: dict[str, Home] = {
    Provider.WECOM: Home(("qyapi.weixin.qq.com",), "/cgi-bin/webhook/send", "key", signs=False),
    Provider.DINGTALK: Home(("oapi.dingtalk.com",), "/robot/send", "access_token", signs=True),
    Provider.FEISHU: Home(
        ("open.feishu.cn", "open.larksuite.com"), "/open-apis/bot/v2/hook/", "", signs=True
    ),
}


@dataclass(frozen=True)
class Request:
    """What is posted; `query` replaces the address's own."""

    query: str
    body: bytes


def request_for(provider: str, query: str, secret: str, text: str, *, moment: float) -> Request:
    """The POST that has the robot say the text.

    Args:
        query: of the robot's address, as the provider gave it.
        secret: empty where the robot does not ask for a signature.
        moment: in seconds since 1970.
    """
    if provider == Provider.WECOM:
        return Request(query, _json({"msgtype": "text", "text": {"content": text}}))
    if provider == Provider.DINGTALK:
        signed = dict(parse_qs(query))
        if secret:
            stamp = str(round(moment * 1000))
            signed |= {"timestamp": [stamp], "sign": [dingtalk_sign(stamp, secret)]}
        return Request(urlencode(signed, doseq=True), _json({"msgtype": "text", "text": {"content": text}}))
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(round(moment))
        body = {"timestamp": stamp, "sign": feishu_sign(stamp, secret), **body}
    return Request(query, _json(body))


def dingtalk_sign(stamp: str, secret: str) -> str:
    """`stamp` in milliseconds. Before percent-encoding."""
    return b64encode(hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)).decode()


def feishu_sign(stamp: str, secret: str) -> str:
    """`stamp` in seconds."""
    return b64encode(hmac.digest(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)).decode()


def was_taken(provider: str, answer: dict[str, Any]) -> bool:
    """Whether the provider says so in the answer; each answers 200 to what it refuses."""
    return answer.get("code" if provider == Provider.FEISHU else "errcode") == 0


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
