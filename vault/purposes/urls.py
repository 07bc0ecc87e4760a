"""Addresses of purposes, notices, consents, sources and alerts. Included before those of records."""

from django.urls import path

from vault.purposes.alerts import views as alerts
from vault.purposes.bases import views as bases
from vault.purposes.consents import confirming, opening
from vault.purposes.consents import views as consents
from vault.purposes.notices import public
from vault.purposes.notices import views as notices
from vault.purposes.sources import views as sources

_WORD = "clients/<uuid:client_id>/consent/<str:code>"

urlpatterns = [
    path("notice/<str:token>/", public.notice, name="notice"),
    path("purposes/", bases.purposes, name="purposes"),
    path("purposes/ledger/", consents.ledger, name="ledger"),
    path("purposes/waiting/", confirming.waiting_consents, name="consents_waiting"),
    path("purposes/waiting/<uuid:event_id>/", confirming.settle, name="consent_settle"),
    path("purposes/alerts/", alerts.alerts, name="purpose_alerts"),
    path("purposes/alerts/<uuid:alert_id>/", alerts.alert, name="purpose_alert"),
    path("purposes/<uuid:book_id>/notice/", notices.publish, name="notice_publish"),
    path("purposes/<uuid:book_id>/notice/<int:number>/", notices.version, name="notice_version"),
    path("purposes/<uuid:book_id>/fields/", bases.needs, name="needs"),
    path("purposes/<uuid:book_id>/<slug:purpose>/", bases.basis, name="basis"),
    path("purposes/proof/<uuid:event_id>/", opening.proof, name="consent_proof"),
    path("purposes/proof/<uuid:event_id>/file/", opening.proof_file, name="consent_proof_file"),
    path("purposes/source/<uuid:source_id>/", sources.source, name="source"),
    path("purposes/source/<uuid:source_id>/file/", sources.source_file, name="source_file"),
    path("clients/books/<uuid:book_id>/source/", sources.source_add, name="source_add"),
    path("clients/<uuid:client_id>/notice-link/", notices.link, name="notice_link"),
    path("clients/<uuid:client_id>/told/", notices.told, name="notice_told"),
    path(f"{_WORD}/give/", consents.word, {"given": True}, name="consent_give"),
    path(f"{_WORD}/withdraw/", consents.word, {"given": False}, name="consent_withdraw"),
]
