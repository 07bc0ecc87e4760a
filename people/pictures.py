"""QR codes as data addresses: no file of one is ever kept."""

import base64

from allauth.mfa.adapter import get_adapter


def qr_code(text: str) -> str:
    """A data address of an SVG picture, for `src` of an `img` or `href` of a download."""
    drawn = get_adapter().build_totp_svg(text).encode()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"
