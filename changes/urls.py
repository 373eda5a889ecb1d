"""The addresses of changes and their board."""

from django.urls import URLPattern

app_name = "changes"
urlpatterns: list[URLPattern] = []
