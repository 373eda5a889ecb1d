"""Routes of imports and figures."""

from django.urls import path

from itsm.intake import views

app_name = "intake"
urlpatterns = [
    path("reports/history/", views.histories, name="histories"),
    path("reports/history/<str:source>/", views.history, name="history"),
    path("settings/people/import/", views.people_import, name="people_import"),
]
