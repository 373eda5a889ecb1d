"""The addresses of the settings."""

from django.urls import path

from itsm.desk.settings import holds, home, priorities, teams

app_name = "settings"
urlpatterns = [
    path("settings/", home.home, name="home"),
    path("settings/priorities/", priorities.matrix, name="priorities"),
    path("settings/hold-reasons/", holds.listing, name="holds"),
    path("settings/hold-reasons/new/", holds.write, name="new_hold"),
    path("settings/hold-reasons/<int:pk>/", holds.write, name="hold"),
    path("settings/teams/", teams.listing, name="teams"),
    path("settings/teams/new/", teams.write, name="new_team"),
    path("settings/teams/<int:pk>/", teams.write, name="team"),
]
