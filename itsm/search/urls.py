"""Addresses of search."""

from django.urls import path

from itsm.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.results, name="results"),
    path("palette/", views.palette, name="palette"),
]
