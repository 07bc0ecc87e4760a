from django.urls import path

from vault.custody import single_views, views

urlpatterns = [
    path("system/keys/", views.keys, name="keys"),
    path("system/keys/compartments/<uuid:compartment>/", single_views.compartment, name="keys_compartment"),
    path("system/keys/rotate/", views.rotate, name="keys_rotate"),
    path("system/keys/rotations/<uuid:rotation_id>/progress/", views.progress, name="keys_progress"),
    path("system/keys/rotations/<uuid:rotation_id>/go-on/", views.go_on, name="keys_go_on"),
]
