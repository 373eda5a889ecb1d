"""The REST interface of customers, suppliers, complaints and surveys."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
