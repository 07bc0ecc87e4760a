"""Addresses of intake and ownership."""

from django.urls import path

from vault.intake import owner_views, views

urlpatterns = [
    path("clients/intake/", views.intake, name="intake"),
    path("clients/intake/read/", views.read, name="intake_read"),
    path("clients/intake/unfinished/", views.unfinished, name="intake_unfinished"),
    path("clients/pool/", owner_views.public_pool, name="pool"),
    path("clients/duplicates/", owner_views.duplicate_claims, name="duplicates"),
    path("clients/duplicates/<uuid:duplicate_id>/seen/", owner_views.duplicate_seen, name="duplicate_seen"),
    path("clients/handover/<uuid:user_id>/", owner_views.hand_over, name="handover"),
    path("clients/books/<uuid:book_id>/ownership/", owner_views.rule, name="book_ownership"),
    path("clients/<uuid:client_id>/claim/", owner_views.claim, name="client_claim"),
    path("clients/<uuid:client_id>/release/", owner_views.release, name="client_release"),
    path("clients/<uuid:client_id>/assign/", owner_views.assign, name="client_assign"),
    path("clients/<uuid:client_id>/complete/", views.complete, name="client_complete"),
]
