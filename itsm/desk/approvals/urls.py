"""Addresses of approvals."""

from django.urls import path

from itsm.desk.approvals import views

app_name = "approvals"
urlpatterns = [
    path("approvals/", views.listing, name="list"),
    path("approvals/<int:pk>/", views.decide, name="decide"),
]
