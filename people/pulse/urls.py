from django.urls import path

from people.pulse import views

urlpatterns = [
    path("me/pulse/", views.pulse, name="pulse"),
    path("people/pulse/", views.pulses, name="pulses"),
]
