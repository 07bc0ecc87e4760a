from django.urls import path

from compliance.outside import seat_views, seat_writing, views

_SEAT = "seat/<uuid:audit_id>/"
_REQUEST = f"{_SEAT}requests/<uuid:request_id>/"
_AUDIT = "compliance/outside/<uuid:audit_id>/"
_ASKED = "compliance/outside/requests/<uuid:request_id>/"

urlpatterns = [
    path("seat/", seat_views.seats, name="seats"),
    path(_SEAT, seat_views.seat, name="seat"),
    path(f"{_SEAT}registers/<slug:area>/", seat_views.register, name="seat_register"),
    path(f"{_SEAT}log/", seat_views.log, name="seat_log"),
    path(f"{_SEAT}log/<uuid:entry_id>/", seat_views.entry, name="seat_entry"),
    path(f"{_SEAT}log/<uuid:entry_id>/proof/download/", seat_views.proof, name="seat_proof"),
    path(f"{_SEAT}files/<uuid:file_id>/download/", seat_views.file, name="seat_file"),
    path(f"{_SEAT}evidence/", seat_views.bundles_page, name="seat_bundles"),
    path(f"{_SEAT}evidence/<uuid:bundle_id>/download/", seat_views.bundle_file, name="seat_bundle_file"),
    path(f"{_SEAT}requests/", seat_writing.requests_page, name="seat_requests"),
    path(_REQUEST, seat_writing.request_page, name="seat_request"),
    path(f"{_REQUEST}accept/", seat_writing.request_accept, name="seat_request_accept"),
    path(f"{_REQUEST}return/", seat_writing.request_return, name="seat_request_return"),
    path(f"{_SEAT}report/", seat_writing.report_page, name="seat_report"),
    path(f"{_SEAT}report/recommend/", seat_writing.report_recommend, name="seat_report_recommend"),
    path(f"{_SEAT}report/hand-in/", seat_writing.report_hand_in, name="seat_report_hand_in"),
    path("compliance/outside/", views.audits, name="outside_audits"),
    path("compliance/outside/new/", views.audit_new, name="outside_audit_new"),
    path(_AUDIT, views.audit, name="outside_audit"),
    path(f"{_AUDIT}seats/", views.seat_add, name="outside_seat_add"),
    path(f"{_AUDIT}ask/", views.ask, name="outside_ask"),
    path(f"{_AUDIT}cancel/", views.cancel, name="outside_cancel"),
    path(f"{_AUDIT}end/", views.end, name="outside_end"),
    path(f"{_AUDIT}acknowledge/", views.acknowledge, name="outside_acknowledge"),
    path(_ASKED, views.request_page, name="outside_request"),
    path(f"{_ASKED}assign/", views.request_assign, name="outside_request_assign"),
    path(f"{_ASKED}answer/", views.request_answer, name="outside_request_answer"),
    path("compliance/outside/files/<uuid:file_id>/download/", views.file, name="outside_file"),
]
