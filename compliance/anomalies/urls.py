from django.urls import path

from compliance.anomalies import rule_views, views

urlpatterns = [
    path("log/findings/", views.findings, name="watch_findings"),
    path("log/findings/<uuid:finding_id>/", views.finding, name="watch_finding"),
    path("log/findings/<uuid:finding_id>/take/", views.take, name="watch_take"),
    path("log/findings/<uuid:finding_id>/decide/", views.decide, name="watch_decide"),
    path("log/findings/<uuid:finding_id>/mute/", views.mute, name="watch_mute"),
    path("log/watch/", rule_views.watch, name="watch"),
    path("log/watch/leaving/", rule_views.leaving, name="watch_leaving"),
    path("log/watch/leaving/<uuid:person_id>/end/", rule_views.staying, name="watch_staying"),
    path("log/watch/mutes/<uuid:mute_id>/end/", views.unmute, name="watch_unmute"),
    path("log/watch/trials/<uuid:trial_id>/", rule_views.trial, name="watch_trial"),
    path(
        "log/watch/trials/<uuid:trial_id>/progress/", rule_views.trial_progress, name="watch_trial_progress"
    ),
    path("log/watch/rules/<slug:code>/", rule_views.rule, name="watch_rule"),
    path("log/watch/rules/<slug:code>/try/", rule_views.try_rule, name="watch_try"),
]
