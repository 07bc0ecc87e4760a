from django.urls import path

from compliance.partners import views

urlpatterns = [
    path("people/partners/<uuid:partner_id>/register/", views.partner_register, name="partner_register"),
    path("people/partners/<uuid:partner_id>/recall/", views.partner_recall, name="partner_recall"),
    path(
        "people/partners/recalls/<uuid:recall_id>/check/",
        views.partner_recall_check,
        name="partner_recall_check",
    ),
]
