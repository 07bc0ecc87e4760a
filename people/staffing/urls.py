from django.urls import path

from people.staffing import heir_views, job_views, talk_views, views

urlpatterns = [
    path("people/staff/", views.changes, name="staff_changes"),
    path("people/staff/<uuid:change_id>/", views.change, name="staff_change"),
    path("people/staff/<uuid:change_id>/heir/", heir_views.name, name="staff_heir"),
    path("people/staff/<uuid:change_id>/settle/", heir_views.settle, name="staff_settle"),
    path("people/staff/<uuid:change_id>/call-off/", views.call_off, name="staff_call_off"),
    path("people/staff/<uuid:change_id>/items/", talk_views.add_item, name="staff_item"),
    path("people/staff/items/<uuid:item_id>/", talk_views.take_item, name="staff_item_back"),
    path("people/staff/join/", views.join, name="join"),
    path("people/staff/jobs/", job_views.jobs, name="jobs"),
    path("people/staff/jobs/<uuid:job_id>/retire/", job_views.retire, name="job_retire"),
    path("people/<uuid:person_id>/leave/", views.leave, name="leave"),
    path("people/<uuid:person_id>/move/", views.move, name="move"),
    path("me/joining/", talk_views.joining, name="joining"),
    path("me/leaving/", talk_views.mine, name="leaving"),
]
