"""How a session reads to its person: the device, and by what they signed in."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.browsers import OTHER

_BROWSERS: dict[str, str | Promise] = {
    "wechat": gettext_lazy("WeChat"),
    "edge": "Edge",
    "opera": "Opera",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
    OTHER: gettext_lazy("Another browser"),
}
_SYSTEMS: dict[str, str | Promise] = {
    "ios": "iOS",
    "android": "Android",
    "harmony": "HarmonyOS",
    "windows": "Windows",
    "macos": "macOS",
    "chromeos": "ChromeOS",
    "linux": "Linux",
    OTHER: gettext_lazy("another system"),
}
PASSWORD, PASSKEY_ALONE = "password", "passkey"  # beside allauth's codes of factors
IDENTITY_AND_FACTOR = "oidc_and_factor"
_BY: dict[str, str | Promise] = {
    PASSWORD: pgettext_lazy("sign-in", "Password"),
    PASSKEY_ALONE: pgettext_lazy("sign-in", "Passkey"),
    "sms": pgettext_lazy("sign-in", "Text message"),
    "oidc": gettext_lazy("Identity provider"),
    IDENTITY_AND_FACTOR: gettext_lazy("Identity provider and second factor"),
    "totp": gettext_lazy("Password and authenticator app"),
    "webauthn": gettext_lazy("Password and passkey"),
    "recovery_codes": gettext_lazy("Password and recovery code"),
}


def device_words(codes: tuple[str, ...]) -> str:
    """`browser.chrome`, `system.windows` → "Chrome on Windows"."""
    said = dict(code.split(".", 1) for code in codes if "." in code)
    return _("%(browser)s on %(system)s") % {
        "browser": _BROWSERS.get(said.get("browser", OTHER), _BROWSERS[OTHER]),
        "system": _SYSTEMS.get(said.get("system", OTHER), _SYSTEMS[OTHER]),
    }


def way_words(by: str) -> str:
    """What a session was opened with."""
    return str(_BY.get(by, "—"))
