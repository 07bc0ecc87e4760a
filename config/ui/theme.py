"""Light, dark, or as the viewer's system says: a cookie, so that it works signed out and without scripts."""

from typing import Literal

from django.http import HttpRequest

Theme = Literal["auto", "light", "dark"]

COOKIE = "sealroom_theme"
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")


def theme_of(request: HttpRequest) -> Theme:
    """The chosen theme; an unknown cookie value counts as auto."""
    chosen = request.COOKIES.get(COOKIE)
    return next((theme for theme in THEMES if theme == chosen), "auto")
