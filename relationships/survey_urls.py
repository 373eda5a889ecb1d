"""The addresses of surveys; the page of one survey belongs to the pages of records."""

from django.urls import path

from relationships import action_views, survey_public
from relationships import survey_designer as designer
from relationships import survey_desk as desk
from relationships import survey_lists as lists
from relationships import survey_single as single

urlpatterns = [
    path("s/<str:token>/", survey_public.by_link, name="survey_answer"),
    path("portal/surveys/", lists.mine, name="my_surveys"),
    path("surveys/", lists.surveys, name="surveys"),
    path("survey-responses/<str:number>/", single.response, name="survey_response"),
    path("surveys/new/", lists.new, name="new_survey"),
    path("complaints/<str:number>/actions/new/", action_views.of_complaint, name="complaint_action"),
    path("surveys/actions/", action_views.actions, name="actions"),
    path("surveys/actions/<int:pk>/done/", action_views.act, name="finish_action"),
    path("surveys/questionnaires/", designer.questionnaires, name="questionnaires"),
    path("surveys/questionnaires/<int:pk>/", designer.questionnaire, name="questionnaire"),
    path("surveys/questionnaires/<int:pk>/preview/", designer.preview, name="preview"),
    path("surveys/questionnaires/<int:pk>/introduction/", designer.intro, name="introduction"),
    path("surveys/questionnaires/<int:pk>/publish/", designer.publish, name="publish_questionnaire"),
    path("surveys/questionnaires/<int:pk>/next/", designer.next_version, name="next_version"),
    path("surveys/questions/<int:pk>/<slug:act>/", designer.change_question, name="question_act"),
    path("surveys/<str:number>/plan/", lists.plan, name="survey_plan"),
    path("surveys/<str:number>/results/", desk.results, name="survey_results"),
    path("surveys/<str:number>/months/<slug:month>.pdf", desk.month_pdf, name="survey_month"),
    path("surveys/<str:number>/results.csv", desk.results_csv, name="survey_results_csv"),
    path("surveys/<str:number>/feedback/", desk.feedback, name="survey_feedback"),
    path("surveys/<str:number>/feedback/<int:pk>/register/", desk.register, name="register_feedback"),
    path("surveys/<str:number>/feedback/<int:pk>/complain/", desk.complain, name="complain"),
    path("surveys/<str:number>/report/", desk.report, name="survey_report"),
    path("surveys/<str:number>/report.pdf", desk.report_pdf, name="survey_report_pdf"),
    path("surveys/<str:number>/report.csv", desk.report_csv, name="survey_report_csv"),
    path("surveys/<str:number>/review/", desk.review, name="survey_review"),
    path("surveys/<str:number>/review/decisions/<int:pk>/strike/", desk.strike, name="strike_decision"),
]
