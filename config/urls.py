"""All addresses. Each layer brings its own; what is public is said in tests/access_matrix."""

from django.urls import URLPattern, URLResolver, include, path

from config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("compliance.urls")),
    path("", include("deals.urls")),
    path("", include("vault.urls")),
    path("", include("people.urls")),
    path("account/", include("config.account_urls")),
    path("ui/", include("config.ui.urls")),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
