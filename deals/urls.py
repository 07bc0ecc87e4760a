"""Addresses of the deals layer."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "deals"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("deals.pipeline.urls")),
    path("", include("deals.rooms.urls")),
    path("", include("deals.previews.urls")),
    path("", include("deals.files.urls")),
    path("", include("deals.redaction.urls")),
    path("", include("deals.seals.urls")),
]
