"""The addresses of the list of problems and of proposals; the page of one problem belongs to the desk."""

from django.urls import path

from problems import candidates, timeline, views

app_name = "problems"
urlpatterns = [
    path("problems/", views.problems, name="list"),
    path("problems/new/", views.new, name="new"),
    path("problems/<str:number>/timeline/", timeline.timeline, name="timeline"),
    path("problems/candidates/", candidates.candidates, name="candidates"),
    path("problems/candidates/<int:pk>/accept/", candidates.accept, name="accept"),
    path("problems/candidates/<int:pk>/dismiss/", candidates.dismiss, name="dismiss"),
]
