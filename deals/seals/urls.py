from django.urls import path

from deals.seals import callback, lead_views, officer_views, views

_GROUP = "deals/<uuid:deal_id>/room/groups/<uuid:group_id>/company/"
_ALL = "people/duties/companies/"

urlpatterns = [
    path("deals/<uuid:deal_id>/company/", views.company, name="company"),
    path("seals/<uuid:undertaking_id>/paper.pdf", views.paper, name="seal_paper"),
    path("seals/<uuid:undertaking_id>/pages/<int:number>/", views.paper_page, name="seal_paper_page"),
    path("seals/answer/", callback.answer, name="seal_answer"),
    path("deals/<uuid:deal_id>/room/companies/", lead_views.companies, name="seals"),
    path(_GROUP, lead_views.draw_up, name="seal_draw_up"),
    path(f"{_GROUP}lift/", lead_views.lift, name="seal_lift"),
    path(f"{_GROUP}envelope/", lead_views.envelope, name="seal_envelope"),
    path(_ALL, officer_views.everything, name="seals_all"),
    path(f"{_ALL}side/", officer_views.side, name="seal_side"),
    path(f"{_ALL}demands/<uuid:demand_id>/end/", officer_views.end_demand, name="seal_demand_end"),
    path(f"{_ALL}<uuid:undertaking_id>/", officer_views.compare, name="seal_compare"),
    path(f"{_ALL}<uuid:undertaking_id>/copy/", officer_views.copy_page, name="seal_copy_page"),
    path(f"{_ALL}<uuid:undertaking_id>/accept/", officer_views.accept, name="seal_accept"),
    path(f"{_ALL}<uuid:undertaking_id>/send-back/", officer_views.send_back, name="seal_send_back"),
    path(f"{_ALL}<uuid:undertaking_id>/revoke/", officer_views.revoke, name="seal_revoke"),
]
