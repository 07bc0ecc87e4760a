from django.urls import path

from people.standing import views

urlpatterns = [
    path("approvals/standing/", views.standing, name="standing"),
    path("approvals/standing/new/", views.new, name="standing_new"),
    path("approvals/standing/<uuid:standing_id>/end/", views.end, name="standing_end"),
]
