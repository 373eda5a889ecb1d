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
    path("simulator/<int:pk>/held.csv", views.held_by_file, {"form": "csv"}, name="held_by_csv"),
    path("simulator/<int:pk>/held.xlsx", views.held_by_file, {"form": "xlsx"}, name="held_by_xlsx"),
    path("forecast/", forecast_views.accuracy, name="forecast"),
    path("forecast/rows/", forecast_views.rows, name="forecast_rows"),
    path("forecast/rows.csv", forecast_views.rows_file, {"form": "csv"}, name="forecast_csv"),
    path("forecast/rows.xlsx", forecast_views.rows_file, {"form": "xlsx"}, name="forecast_xlsx"),
    path("forecast/learnt/", forecast_views.learnt, name="learnt_rows"),
    path("forecast/learnt.csv", forecast_views.learnt_file, {"form": "csv"}, name="learnt_csv"),
    path("forecast/learnt.xlsx", forecast_views.learnt_file, {"form": "xlsx"}, name="learnt_xlsx"),
    path("held/", held_views.held, name="held"),
    path("held/rows/", held_views.rows, name="held_rows"),
    path("held/rows.csv", held_views.rows_file, {"form": "csv"}, name="held_csv"),
    path("held/rows.xlsx", held_views.rows_file, {"form": "xlsx"}, name="held_xlsx"),
]
