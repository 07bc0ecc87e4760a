from django.urls import path

from people.duties import views

urlpatterns = [
    path("me/duties/", views.mine, name="duties"),
    path("me/duties/house/", views.house, name="nda_house"),
    path("me/duties/<uuid:deal_id>/", views.deal, name="nda"),
    path("people/duties/", views.signatures, name="signatures"),
    path("people/duties/<uuid:signature_id>/revoke/", views.revoke, name="signature_revoke"),
]
