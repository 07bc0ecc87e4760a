"""The kind of browser and system of a request, as codes. Pure.

Coarse on purpose: what tells a new device from a known one in most cases and says nothing more about a
person than "Firefox on Linux". The header is what the browser claims; whoever wants to be taken for another
is.
"""

# In this order: Edge and Opera call themselves Chrome too, Chrome calls itself Safari, Android calls itself
# Linux.
_BROWSERS = (
    ("micromessenger", "wechat"),
    ("edg", "edge"),
    ("opr/", "opera"),
    ("firefox/", "firefox"),
    ("fxios", "firefox"),
    ("chrome/", "chrome"),
    ("crios", "chrome"),
    ("safari/", "safari"),
)
_SYSTEMS = (
    ("iphone", "ios"),
    ("ipad", "ios"),
    ("android", "android"),
    ("harmonyos", "harmony"),
    ("openharmony", "harmony"),
    ("windows", "windows"),
    ("mac os x", "macos"),
    ("macintosh", "macos"),
    ("cros", "chromeos"),
    ("linux", "linux"),
)
OTHER = "other"


def browser_codes(agent: str) -> tuple[str, str]:
    """`browser.…` and `system.…` of a User-Agent header; `other` for what is not known."""
    said = agent.lower()
    browser = next((code for part, code in _BROWSERS if part in said), OTHER)
    system = next((code for part, code in _SYSTEMS if part in said), OTHER)
    return f"browser.{browser}", f"system.{system}"
