"""Addresses of the compliance layer."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "compliance"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("compliance.dashboard.urls")),
    path("", include("compliance.logretention.urls")),
    path("", include("compliance.review.urls")),
    path("", include("compliance.proofs.urls")),
    path("", include("compliance.retention.urls")),
    path("", include("compliance.destruction.urls")),
    path("", include("compliance.verifying.urls")),
    path("", include("compliance.anomalies.urls")),
    path("", include("compliance.stream.urls")),
    path("", include("compliance.audits.urls")),
    path("", include("compliance.speakup.urls")),
    path("", include("compliance.reach.urls")),
    path("", include("compliance.accessreviews.urls")),
    path("", include("compliance.containment.urls")),
    path("", include("compliance.undertakings.urls")),
    path("", include("compliance.conduct.urls")),
    path("", include("compliance.outside.urls")),
    path("", include("compliance.partners.urls")),
]
