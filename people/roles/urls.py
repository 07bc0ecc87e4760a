from django.urls import path

from people.roles import views

urlpatterns = [
    path("people/roles/", views.roles, name="roles"),
    path("people/<uuid:person_id>/grant/", views.grant, name="grant_role"),
    path("people/grants/<uuid:grant_id>/revoke/", views.revoke, name="revoke_role"),
]
