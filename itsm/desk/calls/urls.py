"""The addresses of the calls and the cost of the desk."""

from django.urls import path

from itsm.desk.calls import views

app_name = "calls"
urlpatterns = [
    path("reports/desk/calls/", views.page, name="page"),
    path("reports/desk/calls/enter/", views.enter, name="enter"),
    path("reports/desk/calls/cost/", views.cost, name="cost"),
    path("reports/desk/calls/file/", views.file, name="file"),
    path("reports/desk/calls/take-away/<slug:what>/<int:pk>/", views.take_away, name="take_away"),
]
