from django.urls import path

from compliance.proofs import public, views

urlpatterns = [
    path("compliance/checkpoints/", views.checkpoints, name="checkpoints"),
    path("compliance/checkpoints/growth/download/", views.growth, name="growth_proof"),
    path("log/checkpoint", public.checkpoint, name="log_checkpoint"),
    path("log/tile/<path:path>", public.tile, name="log_tile"),
    path("log/verify/", views.verify, name="verify_proof"),
    path("log/<uuid:entry_id>/proof/download/", views.entry_proof, name="entry_proof"),
]
