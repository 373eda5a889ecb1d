"""Every route of the product, gathered from the apps."""

from django.urls import include, path

urlpatterns = [
    path("", include("itsm.ui.urls")),
]
