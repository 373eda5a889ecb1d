"""Addresses of the demo."""

from django.urls import path

from itsm.demo import views

app_name = "demo"
urlpatterns = [path("demo/become/<slug:username>/", views.become, name="become")]
