from django.urls import path

from people.partners import paper_views, public_views, views

_FIRMS = "people/partners/"
_ONE = f"{_FIRMS}<uuid:partner_id>/"

urlpatterns = [
    path("me/firm/", views.my_firm, name="my_firm"),
    path(_FIRMS, views.partners, name="partners"),
    path(f"{_FIRMS}new/", views.partner_new, name="partner_new"),
    path(f"{_FIRMS}questions/", paper_views.partner_questions, name="partner_questions"),
    path(f"{_FIRMS}questions/ask/", paper_views.partner_questions_ask, name="partner_questions_ask"),
    path(f"{_FIRMS}files/<uuid:file_id>/", views.partner_file, name="partner_file"),
    path(f"{_FIRMS}papers/<uuid:assessment_id>/", paper_views.partner_assessment, name="partner_assessment"),
    path(f"{_FIRMS}papers/<uuid:assessment_id>/take/", paper_views.partner_take, name="partner_take"),
    path(
        f"{_FIRMS}subprocessors/<uuid:subprocessor_id>/ask/",
        views.partner_subprocessor_ask,
        name="partner_subprocessor_ask",
    ),
    path(
        f"{_FIRMS}subprocessors/<uuid:subprocessor_id>/end/",
        views.partner_subprocessor_end,
        name="partner_subprocessor_end",
    ),
    path(_ONE, views.partner, name="partner"),
    path(f"{_ONE}agreement/", views.partner_agreement, name="partner_agreement"),
    path(
        f"{_ONE}agreement/<uuid:agreement_id>/check/",
        views.partner_agreement_check,
        name="partner_agreement_check",
    ),
    path(f"{_ONE}contact/", views.partner_contact, name="partner_contact"),
    path(f"{_ONE}contact/test/", views.partner_contact_test, name="partner_contact_test"),
    path(f"{_ONE}ask/", paper_views.partner_ask, name="partner_ask"),
    path(f"{_ONE}subprocessors/", views.partner_subprocessor, name="partner_subprocessor"),
    path(f"{_ONE}review/", views.partner_review, name="partner_review"),
    path(f"{_ONE}suspend/", views.partner_suspend, name="partner_suspend"),
    path(f"{_ONE}reinstate/", views.partner_reinstate, name="partner_reinstate"),
    path(f"{_ONE}people/<uuid:person_id>/leave/", views.partner_leave, name="partner_leave"),
    path("partners/link/<str:token>/", public_views.arrive, name="partner_arrive"),
    path("partners/answer/", public_views.page, name="partner_link"),
]
