from django.urls import path

from deals.redaction import views

_ONE = "deals/<uuid:deal_id>/room/redactions/<uuid:redaction_id>/"

urlpatterns = [
    path("deals/<uuid:deal_id>/room/versions/<uuid:version_id>/redact/", views.start, name="redact"),
    path(_ONE, views.redaction, name="redaction"),
    path(f"{_ONE}progress/", views.progress, name="redaction_progress"),
    path(f"{_ONE}mark/", views.mark, name="redaction_mark"),
    path(f"{_ONE}unmark/", views.unmark, name="redaction_unmark"),
    path(f"{_ONE}settle/", views.settle, name="redaction_settle"),
    path(f"{_ONE}search/", views.search, name="redaction_search"),
    path(f"{_ONE}apply/", views.apply, name="redaction_apply"),
    path(f"{_ONE}stop/", views.stop, name="redaction_stop"),
    path(f"{_ONE}drop/", views.drop, name="redaction_drop"),
    path(f"{_ONE}give/", views.give, name="redaction_give"),
]
