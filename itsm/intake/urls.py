"""Routes of imports and figures."""

from django.urls import path

from itsm.intake import views
from itsm.intake.post import views as post

app_name = "intake"
urlpatterns = [
    path("reports/history/", views.histories, name="histories"),
    path("reports/history/<str:source>/", views.history, name="history"),
    path("reports/history/<str:source>/rejected.csv", views.rejected_cells, {"form": "csv"}, name="rejected_csv"),
    path("reports/history/<str:source>/rejected.xlsx", views.rejected_cells, {"form": "xlsx"}, name="rejected_xlsx"),
    path("settings/incoming/", post.incoming, name="incoming"),
    path("settings/incoming/<int:pk>/", post.decide, name="decide_mail"),
    path("settings/people/import/", views.people_import, name="people_import"),
]
