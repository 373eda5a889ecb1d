"""The addresses of customers, suppliers, complaints and surveys."""

from django.urls import URLPattern

app_name = "relationships"
urlpatterns: list[URLPattern] = []
