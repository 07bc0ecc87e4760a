from django.urls import path

from people.accounts import me, views, welcome

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/add/", views.add, name="person_add"),
    path("people/<uuid:person_id>/", views.person, name="person"),
    path("people/<uuid:person_id>/edit/", views.edit, name="person_edit"),
    path("people/<uuid:person_id>/link/", views.send_link, name="person_link"),
    path("people/<uuid:person_id>/disable/", views.disable, name="person_disable"),
    path("people/<uuid:person_id>/enable/", views.enable, name="person_enable"),
    path("me/", me.profile, name="me"),
    path("welcome/", welcome.enter, name="welcome_enter"),
    path("welcome/<str:token>/", welcome.arrive, name="welcome"),
]
