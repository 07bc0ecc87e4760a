from django.urls import path

from compliance.undertakings import views

_AT = "me/duties/signatures/<uuid:signature_id>/"
_COMPANY = "people/duties/companies/<uuid:undertaking_id>/evidence/"

urlpatterns = [
    path(_AT, views.signature, name="signature"),
    path(f"{_AT}download/", views.bundle, name="signature_bundle"),
    path(_COMPANY, views.company, name="company_evidence"),
    path(f"{_COMPANY}download/", views.company_bundle, name="company_bundle"),
]
