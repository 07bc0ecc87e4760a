"""Addresses of grades and facets."""

from django.urls import path

from vault.records.grading import policy_views, views

urlpatterns = [
    path("clients/<uuid:client_id>/grade/", views.client_grade, name="client_grade"),
    path("clients/books/<uuid:book_id>/grades/", views.book_grades, name="book_grades"),
    path("clients/books/<uuid:book_id>/facets/", views.book_facets, name="book_facets"),
    path("system/grades/", policy_views.grades, name="grades"),
    path("system/grades/<int:number>/", policy_views.grade, name="grade_rule"),
    path("system/grades/limits/<slug:code>/", policy_views.limit, name="reveal_limit"),
]
