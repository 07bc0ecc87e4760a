from django.urls import path

from compliance.speakup import public, views

_CASE = "speak-up/cases/<uuid:case_id>/"

urlpatterns = [
    path("speak-up/", public.speak_up, name="speak_up"),
    path("speak-up/mailbox/", public.mailbox, name="speak_up_mailbox"),
    path("speak-up/mailbox/write/", public.write, name="speak_up_write"),
    path("speak-up/cases/", views.cases, name="speak_up_cases"),
    path("speak-up/cases/rules/", views.rules, name="speak_up_rules"),
    path(_CASE, views.case, name="speak_up_case"),
    path(f"{_CASE}acknowledge/", views.acknowledge, name="speak_up_acknowledge"),
    path(f"{_CASE}investigate/", views.investigate, name="speak_up_investigate"),
    path(f"{_CASE}hand-on/", views.hand_on, name="speak_up_hand_on"),
    path(f"{_CASE}answer/", views.answer, name="speak_up_answer"),
    path(f"{_CASE}note/", views.note, name="speak_up_note"),
    path(f"{_CASE}close/", views.close, name="speak_up_close"),
    path(f"{_CASE}accused/", views.accuse, name="speak_up_accuse"),
    path(f"{_CASE}accused/<uuid:user_id>/clear/", views.clear, name="speak_up_clear"),
    path(f"{_CASE}protect/", views.protect, name="speak_up_protect"),
    path(
        "speak-up/cases/protections/<uuid:protection_id>/end/",
        views.protection_end,
        name="speak_up_protection_end",
    ),
    path("speak-up/cases/acts/<uuid:act_id>/settle/", views.act_settle, name="speak_up_act_settle"),
]
