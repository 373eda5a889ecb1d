"""The addresses of the simulator, of held time and of the prediction."""

from django.urls import path

from itsm.desk.simulator import forecast_views, held_views, views

app_name = "simulator"
urlpatterns = [
    path("simulator/", views.listing, name="listing"),
    path("simulator/new/", views.new, name="new"),
    path("simulator/<int:pk>/", views.run, name="run"),
    path("simulator/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("simulator/<int:pk>/restart/", views.restart, name="restart"),
    path("simulator/<int:pk>/rows/", views.rows, name="rows"),
    path("simulator/<int:pk>/rows.csv", views.rows_file, {"form": "csv"}, name="rows_csv"),
    path("simulator/<int:pk>/rows.xlsx", views.rows_file, {"form": "xlsx"}, name="rows_xlsx"),
    path("simulator/<int:pk>/held/", views.held_by, name="held_by"),
    path("forecast/", forecast_views.accuracy, name="forecast"),
    path("forecast/rows/", forecast_views.rows, name="forecast_rows"),
    path("held/", held_views.held, name="held"),
    path("held/rows/", held_views.rows, name="held_rows"),
]
