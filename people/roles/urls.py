from django.urls import path

from people.roles import views
from people.roles.composing import views as composing
from people.roles.doors import views as doors

urlpatterns = [
    path("people/roles/", views.roles, name="roles"),
    path("people/roles/compose/", composing.compose, name="role_compose"),
    path("people/roles/<slug:code>/door/", doors.door, name="role_door"),
    path("people/roles/<slug:code>/change/", composing.change, name="role_change"),
    path("people/roles/<slug:code>/retire/", composing.retire, name="role_retire"),
    path("people/<uuid:person_id>/grant/", views.grant, name="grant_role"),
    path("people/grants/<uuid:grant_id>/revoke/", views.revoke, name="revoke_role"),
]
