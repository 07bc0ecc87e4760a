"""One-time codes of authenticator apps (RFC 6238: HMAC-SHA-1, 30 seconds, six digits). Pure.

SHA-1 is what the apps speak; its collisions do not matter to HMAC. A code counts in its own step and in one
before and after (RFC 6238 section 5.2), for clocks that are a little off.
"""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

PERIOD = 30  # seconds
DIGITS = 6
DRIFT = 1  # steps
SECRET_LENGTH = 20  # bytes: as long as the output of SHA-1 (RFC 4226 section 4, R6)


def new_secret() -> str:
    """A random secret in Base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_LENGTH)).decode()


def code_at(secret: str, step: int) -> str:
    """The six digits of a step (RFC 4226 section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(moment: float) -> int:
    """The step that a Unix time lies in."""
    return int(moment) // PERIOD


def matching_step(secret: str, typed: str, *, moment: float, after: int) -> int | None:
    """The step whose code was typed, later than the step `after` that was used last; None for none.

    Every candidate is compared, in constant time each, so that timing says nothing about which one fits.
    """
    digits = "".join(typed.split())
    now = step_of(moment)
    steps = [step for step in range(now - DRIFT, now + DRIFT + 1) if step > after]
    fits = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), digits.encode())]
    return max(fits, default=None)


def address_for_apps(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth:// address that a picture carries to the app (Key Uri Format)."""
    words = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{words}"


def in_fours(secret: str) -> str:
    """The secret in groups of four, for typing."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
