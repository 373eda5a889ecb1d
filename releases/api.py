"""The REST interface of releases and deployments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
