"""Addresses of the portal."""

from django.urls import path

from itsm.desk.portal import acting, case, cases, feedback, home, offered, raising

app_name = "portal"
urlpatterns = [
    path("portal/", home.home, name="home"),
    path("portal/report/", raising.report, name="report"),
    path("portal/request/", raising.catalogue, name="catalogue"),
    path("portal/request/<slug:code>/", raising.order, name="order"),
    path("portal/catalogue/", offered.services, name="services"),
    path("portal/catalogue/<slug:code>/", offered.service, name="service"),
    path("portal/ask/", raising.ask, name="ask"),
    path("portal/feedback/", feedback.feedback, name="feedback"),
    path("portal/cases/", cases.cases, name="cases"),
    path("portal/cases/<str:number>/", case.case, name="case"),
    path("portal/cases/<str:number>/reply/", acting.reply, name="reply"),
    path("portal/cases/<str:number>/<slug:code>/", acting.act, name="act"),
]
