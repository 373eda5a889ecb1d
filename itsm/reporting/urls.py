"""Routes of reports."""

from django.urls import path

from itsm.reporting import kpi_views, quality_views, views

app_name = "reporting"
urlpatterns = [
    path("reports/desk/", views.desk_board, name="desk"),
    path("reports/management/", views.management_board, name="management"),
    path("reports/process/<slug:area>/", views.process_board, name="process"),
    path("reports/kpis/", kpi_views.dictionary, name="kpis"),
    path("reports/kpis/<str:figure>/", kpi_views.kpi, name="kpi"),
    path("reports/figures/<str:figure>/", views.figure_rows, name="figure_rows"),
    path("reports/rows/<slug:measure>/", views.cell_rows, name="cell_rows"),
    path("reports/quality/", quality_views.quality, name="quality"),
    path("reports/quality/rows/<slug:measure>/", quality_views.rows, name="quality_rows"),
]
