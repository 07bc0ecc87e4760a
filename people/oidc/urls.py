from django.urls import path

from people.oidc import views

urlpatterns = [
    path("me/sign-in/identity/<slug:provider_code>/", views.link, name="identity_link"),
    path("me/sign-in/identity/<slug:provider_code>/remove/", views.unlink, name="identity_unlink"),
]
