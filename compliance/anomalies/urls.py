from django.urls import path

from compliance.anomalies import rule_views, views

urlpatterns = [
    path("log/findings/", views.findings, name="watch_findings"),
    path("log/findings/<uuid:finding_id>/", views.finding, name="watch_finding"),
    path("log/findings/<uuid:finding_id>/take/", views.take, name="watch_take"),
    path("log/findings/<uuid:finding_id>/decide/", views.decide, name="watch_decide"),
    path("log/findings/<uuid:finding_id>/mute/", views.mute, name="watch_mute"),
    path("log/findings/rules/", rule_views.watch, name="watch"),
    path("log/findings/leaving/", rule_views.leaving, name="watch_leaving"),
    path("log/findings/leaving/<uuid:person_id>/end/", rule_views.staying, name="watch_staying"),
    path("log/findings/mutes/<uuid:mute_id>/end/", views.unmute, name="watch_unmute"),
    path("log/findings/trials/<uuid:trial_id>/", rule_views.trial, name="watch_trial"),
    path(
        "log/findings/trials/<uuid:trial_id>/progress/",
        rule_views.trial_progress,
        name="watch_trial_progress",
    ),
    path("log/findings/rules/<slug:code>/", rule_views.rule, name="watch_rule"),
    path("log/findings/rules/<slug:code>/try/", rule_views.try_rule, name="watch_try"),
]
