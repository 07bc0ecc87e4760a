"""Light, dark, or as the viewer's system says: a cookie, so that it works signed out and without scripts."""

from typing import Literal

from django.conf import settings
from django.http import HttpRequest

Theme = Literal["auto", "light", "dark"]

THEMES: tuple[Theme, ...] = ("auto", "light", "dark")


def theme_of(request: HttpRequest) -> Theme:
    """The chosen theme; an unknown cookie value counts as auto."""
    chosen = request.COOKIES.get(settings.THEME_COOKIE_NAME)
    return next((theme for theme in THEMES if theme == chosen), "auto")
