"""The address of the list of problems; the page of one belongs to the desk."""

from django.urls import path

from problems import views

app_name = "problems"
urlpatterns = [path("problems/", views.problems, name="list")]
