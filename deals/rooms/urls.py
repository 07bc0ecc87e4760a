from django.urls import path

from deals.rooms import group_views, invite_views, right_views, views

urlpatterns = [
    path("rooms/", views.rooms, name="rooms"),
    path("deals/<uuid:deal_id>/room/", views.room, name="room"),
    path("deals/<uuid:deal_id>/room/folders/new/", views.folder_new, name="folder_new"),
    path("deals/<uuid:deal_id>/room/folders/<uuid:folder_id>/", views.folder, name="folder"),
    path("deals/<uuid:deal_id>/room/folders/<uuid:folder_id>/edit/", views.folder_edit, name="folder_edit"),
    path("deals/<uuid:deal_id>/room/rights/", right_views.rights, name="rights"),
    path(
        "deals/<uuid:deal_id>/room/rights/<uuid:group_id>/<uuid:folder_id>/", right_views.right, name="right"
    ),
    path("deals/<uuid:deal_id>/room/groups/new/", group_views.group_new, name="group_new"),
    path("deals/<uuid:deal_id>/room/groups/<uuid:group_id>/", group_views.group, name="group"),
    path("deals/<uuid:deal_id>/room/groups/<uuid:group_id>/invite/", invite_views.invite, name="invite"),
    path("deals/<uuid:deal_id>/room/groups/<uuid:group_id>/again/", invite_views.again, name="invite_again"),
    path(
        "deals/<uuid:deal_id>/room/groups/<uuid:group_id>/number/<uuid:user_id>/",
        invite_views.number,
        name="guest_number",
    ),
    path("deals/<uuid:deal_id>/room/groups/<uuid:group_id>/lesson/", group_views.lesson, name="ask_lesson"),
    path("deals/<uuid:deal_id>/room/groups/<uuid:group_id>/take-out/", group_views.take_out, name="take_out"),
]
