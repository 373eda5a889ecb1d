"""The addresses of configuration items."""

from django.urls import URLPattern

app_name = "configuration"
urlpatterns: list[URLPattern] = []
