"""The addresses of releases and deployments."""

from django.urls import URLPattern

app_name = "releases"
urlpatterns: list[URLPattern] = []
