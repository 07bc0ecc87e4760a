from django.urls import path

from people.duties import keeping, views

urlpatterns = [
    path("me/duties/", views.mine, name="duties"),
    path("me/duties/house/", views.house, name="nda_house"),
    path("me/duties/<uuid:deal_id>/", views.deal, name="nda"),
    path("people/duties/", views.signatures, name="signatures"),
    path("people/duties/texts/", keeping.texts, name="nda_texts"),
    path("people/duties/texts/<slug:kind>/write/", keeping.draft, name="nda_write"),
    path("people/duties/texts/drafts/<uuid:draft_id>/", keeping.shown_draft, name="nda_draft"),
    path("people/duties/texts/drafts/<uuid:draft_id>/ask/", keeping.ask, name="nda_ask"),
    path("people/duties/texts/drafts/<uuid:draft_id>/discard/", keeping.discard, name="nda_discard"),
    path("people/duties/texts/versions/<uuid:template_id>/", keeping.shown_version, name="nda_version"),
    path("people/duties/<uuid:signature_id>/revoke/", views.revoke, name="signature_revoke"),
]
