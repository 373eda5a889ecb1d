"""The REST interface of changes and their board."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
