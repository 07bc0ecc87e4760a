from django.urls import path

from people.approvals import views

urlpatterns = [
    path("approvals/", views.inbox, name="approvals"),
    path("approvals/pace/", views.pace, name="approval_pace"),
    path("approvals/<uuid:request_id>/", views.detail, name="approval"),
    path("approvals/<uuid:request_id>/decide/", views.decide, name="approval_decide"),
    path("approvals/<uuid:request_id>/withdraw/", views.withdraw, name="approval_withdraw"),
]
