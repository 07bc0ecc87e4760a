from django.urls import path

from people.factors import views

urlpatterns = [
    path("me/sign-in/", views.factors, name="factors"),
    path("me/sign-in/app/", views.app, name="factor_app"),
    path("me/sign-in/codes/", views.codes, name="factor_codes"),
    path("me/sign-in/<int:factor_id>/remove/", views.remove, name="factor_remove"),
]
