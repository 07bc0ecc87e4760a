"""The identity providers (OpenID Connect) by which people may sign in, as the operator named them.

`OIDC_PROVIDERS` is TOML, one table a provider:

    [work]
    name = "企业统一登录"
    name_en = "Company sign-in"
    issuer = "https://id.example.cn/realms/house"
    client_id = "sealroom"
    client_secret = "…"

The table's name stands in addresses and in links of accounts, so it stays when the rest changes.
"""

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language

_CODE = re.compile(r"[a-z][a-z0-9-]{0,19}\Z")
_TEXTS = ("name", "name_en", "issuer", "client_id", "client_secret")


class WrongSetting(ValueError):
    """OIDC_PROVIDERS cannot be used; says which table and why, and no secret."""


@dataclass(frozen=True, slots=True)
class Provider:
    code: str
    name: str
    name_en: str
    issuer: str  # as the provider names itself, to the letter
    client_id: str
    client_secret: str = field(repr=False)

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.name if get_language() == "zh-hans" else self.name_en

    def digest_of(self, said: str) -> bytes:
        """SHA-256 over the issuer and its name for somebody, or for a session: length-prefixed, so that no
        other issuer and name come to the same."""
        issuer = self.issuer.encode()
        return hashlib.sha256(len(issuer).to_bytes(4, "big") + issuer + said.encode()).digest()


def providers() -> dict[str, Provider]:
    """By code, in the operator's order. Raises WrongSetting."""
    return _parsed(settings.OIDC_PROVIDERS)


@lru_cache(maxsize=4)
def _parsed(text: str) -> dict[str, Provider]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise WrongSetting("OIDC_PROVIDERS is not TOML.") from None
    found = {code: _provider(code, table) for code, table in tables.items()}
    if len({one.issuer for one in found.values()}) < len(found):
        # Two tables of one issuer would make two accounts of one identity, or one of two.
        raise WrongSetting("OIDC_PROVIDERS names an issuer twice.")
    return found


def _provider(code: str, table: object) -> Provider:
    if not _CODE.match(code):
        raise WrongSetting(f"OIDC_PROVIDERS: [{code}] must be small letters, digits and hyphens, at most 20.")
    if not isinstance(table, dict) or set(table) != set(_TEXTS):
        raise WrongSetting(f"OIDC_PROVIDERS: [{code}] needs {', '.join(_TEXTS)}, and no more.")
    if not all(isinstance(value, str) and value.strip() for value in table.values()):
        raise WrongSetting(f"OIDC_PROVIDERS: [{code}] has a value that is empty or no text.")
    if not is_safe(table["issuer"]):
        raise WrongSetting(f"OIDC_PROVIDERS: the issuer of [{code}] must be an https address.")
    return Provider(code=code, **table)


def is_safe(address: object) -> bool:
    """HTTPS, or HTTP to this machine itself, named by its address: codes and secrets go there."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return ip_address(host).is_loopback
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and not parts.username and not parts.fragment
