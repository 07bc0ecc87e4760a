from django.urls import path

from people.factors import reset_views, views

urlpatterns = [
    path("me/sign-in/", views.factors, name="factors"),
    path("me/sign-in/app/", views.app, name="factor_app"),
    path("me/sign-in/codes/", views.codes, name="factor_codes"),
    path("me/sign-in/<int:factor_id>/remove/", views.remove, name="factor_remove"),
    path("people/resets/", reset_views.resets, name="resets"),
    path("people/resets/<uuid:reset_id>/review/", reset_views.review, name="reset_review"),
    path("people/<uuid:person_id>/reset/", reset_views.reset, name="factor_reset"),
]
