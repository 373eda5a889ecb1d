"""The addresses of major incidents and of the weekly sample of judgements; the pages of single cases belong to the desk."""

from django.urls import path

from incidents import judgement_views, views

app_name = "incidents"
urlpatterns = [
    path("judgements/", judgement_views.judgements, name="judgements"),
    path("judgements/<int:pk>/check", judgement_views.checked, name="check_judgement"),
    path("major/", views.major, name="major"),
    path("major/<str:number>/", views.room, name="room"),
    path("major/<str:number>/live", views.live, name="live"),
    path("major/<str:number>/update", views.publish, name="publish"),
    path("major/<str:number>/report/", views.report, name="report"),
]
