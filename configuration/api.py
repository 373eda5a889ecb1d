"""The REST interface of configuration items."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
