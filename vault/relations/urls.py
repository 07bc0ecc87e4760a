"""Addresses of what is known about clients beside their records. Included before those of records, whose
last address takes any word after a client's id."""

from django.urls import path

from vault.relations.communications import views as communications
from vault.relations.figures import views as figures
from vault.relations.followups import views as followups
from vault.relations.mandates import opening
from vault.relations.mandates import views as mandates
from vault.relations.people import views as people
from vault.relations.service import views as service

_FOLLOWUP = "clients/followups/<uuid:followup_id>/"
_MANDATE = "clients/mandates/<uuid:mandate_id>/"
_CLIENT = "clients/<uuid:client_id>/"

urlpatterns = [
    path("clients/figures/", figures.figures, name="figures"),
    path("clients/followups/", followups.followups, name="followups"),
    path(_FOLLOWUP, followups.followup, name="followup"),
    path(f"{_FOLLOWUP}call/", followups.show_number, name="followup_call"),
    path(f"{_FOLLOWUP}number/", followups.number, name="followup_number"),
    path(f"{_FOLLOWUP}note/", followups.note, name="followup_note"),
    path(f"{_FOLLOWUP}put-off/", followups.put_off, name="followup_put_off"),
    path(f"{_FOLLOWUP}drop/", followups.give_up, name="followup_drop"),
    path(f"{_FOLLOWUP}hand-over/", followups.hand_on, name="followup_hand_over"),
    path(f"{_CLIENT}followups/", followups.of_client, name="client_followups"),
    path(f"{_CLIENT}communications/", communications.communications, name="communications"),
    path("clients/communications/<uuid:communication_id>/", communications.correct, name="communication"),
    path(
        "clients/communications/<uuid:communication_id>/reveal/",
        communications.reveal,
        name="communication_reveal",
    ),
    path("clients/mandates/", mandates.mandates, name="mandates"),
    path(f"{_MANDATE}renew/", mandates.renew, name="mandate_renew"),
    path(f"{_MANDATE}sign/", mandates.sign, name="mandate_sign"),
    path(f"{_MANDATE}end/", mandates.end, name="mandate_end"),
    path(f"{_MANDATE}discard/", mandates.throw_away, name="mandate_discard"),
    path(f"{_MANDATE}keep/", mandates.keep, name="mandate_keep"),
    path(f"{_MANDATE}terms/", opening.terms, name="mandate_terms"),
    path(f"{_MANDATE}document/", opening.document, name="mandate_document"),
    path(f"{_CLIENT}mandates/", mandates.of_client, name="client_mandates"),
    path(f"{_CLIENT}mandates/add/", mandates.add, name="mandate_add"),
    path(f"{_CLIENT}people/", people.people, name="people"),
    path(f"{_CLIENT}people/add/", people.add, name="people_add"),
    path(f"{_CLIENT}people/reveal/", people.reveal, name="people_reveal"),
    path("clients/positions/<uuid:relation_id>/end/", people.end, name="position_end"),
    path(f"{_CLIENT}service/", service.service, name="service"),
    path(f"{_CLIENT}service/rating/", service.add_rating, name="rating_add"),
    path(f"{_CLIENT}service/transaction/", service.add_transaction, name="transaction_add"),
    path(f"{_CLIENT}service/preference/", service.add_preference, name="preference_add"),
    path(f"{_CLIENT}service/<slug:part>/reveal/", service.reveal, name="service_reveal"),
    path("clients/transactions/<uuid:transaction_id>/strike/", service.strike, name="transaction_strike"),
]
