"""Addresses of the review queue."""

from django.urls import path

from vault.records.review import views

urlpatterns = [
    path("clients/review/", views.queue, name="review"),
    path("clients/<uuid:client_id>/confirm/", views.confirm, name="client_confirm"),
    path("clients/books/<uuid:book_id>/review/", views.period, name="book_review"),
]
