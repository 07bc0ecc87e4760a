from django.urls import path

from compliance.proofs import public

urlpatterns = [
    path("log/checkpoint", public.checkpoint, name="log_checkpoint"),
    path("log/tile/<path:path>", public.tile, name="log_tile"),
]
