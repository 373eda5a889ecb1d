"""Routes of service level reports."""

from django.urls import path

app_name = "service_reports"
from itsm.service_reports import views

urlpatterns = [path("reports/sla/", views.register, name="list")]
