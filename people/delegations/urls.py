from django.urls import path

from people.delegations import views

urlpatterns = [
    path("approvals/delegations/", views.delegations, name="delegations"),
    path("approvals/delegations/new/", views.new, name="delegation_new"),
    path("approvals/delegations/<uuid:delegation_id>/end/", views.end, name="delegation_end"),
]
