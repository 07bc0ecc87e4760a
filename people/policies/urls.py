from django.urls import path

from people.policies import keeping, views

_KEPT = "people/policies/"

urlpatterns = [
    path("me/policies/", views.mine, name="policies_mine"),
    path("me/policies/<uuid:policy_id>/", views.policy, name="policy"),
    path("me/policies/<uuid:policy_id>/changes/", views.what_changed, name="policy_changes"),
    path(_KEPT, keeping.policies, name="policies"),
    path(f"{_KEPT}new/", keeping.new, name="policy_new"),
    path(f"{_KEPT}<uuid:policy_id>/", keeping.kept, name="policy_kept"),
    path(f"{_KEPT}<uuid:policy_id>/draft/", keeping.draft, name="policy_draft"),
    path(f"{_KEPT}versions/<uuid:version_id>/", keeping.version, name="policy_version"),
    path(f"{_KEPT}versions/<uuid:version_id>/ask/", keeping.ask, name="policy_ask"),
    path(f"{_KEPT}versions/<uuid:version_id>/discard/", keeping.discard, name="policy_discard"),
]
