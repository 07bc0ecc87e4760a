from django.urls import path

from compliance.audits import action_views, views

_ONE = "compliance/audits/<uuid:audit_id>/"
_ITEM = "compliance/audits/questions/<uuid:item_id>/"
_ACTION = "compliance/audits/actions/<uuid:action_id>/"
_FINDING = "compliance/audits/findings/<uuid:finding_id>/"

urlpatterns = [
    path("compliance/audits/", views.audits, name="audits"),
    path("compliance/audits/new/", views.plan, name="audit_new"),
    path("compliance/audits/mine/", action_views.mine, name="audit_mine"),
    path("compliance/audits/actions/", action_views.actions, name="audit_actions"),
    path("compliance/audits/rules/", views.rules, name="audit_rules"),
    path("compliance/audits/rules/ask/", views.ask, name="audit_ask"),
    path("compliance/audits/rules/<int:version>/<int:place>/drop/", views.drop, name="audit_drop"),
    path(_ONE, views.audit, name="audit"),
    path(f"{_ONE}team/", views.team, name="audit_team"),
    path(f"{_ONE}begin/", views.begin, name="audit_begin"),
    path(f"{_ONE}cancel/", views.cancel, name="audit_cancel"),
    path(f"{_ONE}measure/", views.measure, name="audit_measure"),
    path(f"{_ONE}close/", action_views.close, name="audit_close"),
    path(f"{_ONE}sign/", action_views.sign, name="audit_sign"),
    path(f"{_ONE}return/", action_views.report_return, name="audit_return"),
    path(f"{_ONE}report/", action_views.report, name="audit_report"),
    path(f"{_ONE}report.csv", action_views.report_file, {"form": "csv"}, name="audit_report_csv"),
    path(f"{_ONE}report.json", action_views.report_file, {"form": "json"}, name="audit_report_json"),
    path(f"{_ITEM}answer/", views.answer, name="audit_answer"),
    path(f"{_ITEM}evidence/", views.evidence, name="audit_evidence"),
    path(f"{_ITEM}finding/", action_views.finding_new, name="audit_finding_new"),
    path(_FINDING, action_views.finding, name="audit_finding"),
    path(f"{_FINDING}actions/", action_views.action_set, name="audit_action_set"),
    path(f"{_ACTION}assign/", action_views.action_assign, name="audit_action_assign"),
    path(f"{_ACTION}done/", action_views.action_done, name="audit_action_done"),
    path(f"{_ACTION}verify/", action_views.action_verify, name="audit_action_verify"),
    path(f"{_ACTION}return/", action_views.action_return, name="audit_action_return"),
]
