"""The addresses of major incidents; the pages of single cases belong to the desk."""

from django.urls import path

from incidents import views

app_name = "incidents"
urlpatterns = [
    path("major/", views.major, name="major"),
    path("major/<str:number>/", views.room, name="room"),
    path("major/<str:number>/live", views.live, name="live"),
    path("major/<str:number>/update", views.publish, name="publish"),
    path("major/<str:number>/report/", views.report, name="report"),
]
