from django.urls import path

from people.posts import public, views

_POSTS = "people/posts/"
_ONE = f"{_POSTS}<uuid:appointment_id>/"

urlpatterns = [
    path(_POSTS, views.posts, name="posts"),
    path(f"{_POSTS}propose/", views.propose, name="post_propose"),
    path(f"{_ONE}accept/", views.accept, name="post_accept"),
    path(f"{_ONE}decline/", views.decline, name="post_decline"),
    path(f"{_ONE}resign/", views.resign, name="post_resign"),
    path(f"{_ONE}contact/", views.contact, name="post_contact"),
    path(f"{_ONE}away/", views.away, name="post_away"),
    path(f"{_ONE}back/", views.back, name="post_back"),
    path("dpo/", public.dpo, name="dpo"),
]
