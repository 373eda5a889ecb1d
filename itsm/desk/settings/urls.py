"""The addresses of the settings."""

from django.urls import path

from itsm.desk.settings import calendars, cmdb, holds, home, ladders, people, priorities, roles, targets, teams

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
    path("settings/people/", people.listing, name="people"),
    path("settings/people/new/", people.new, name="new_person"),
    path("settings/people/<int:pk>/", people.change, name="person"),
    path("settings/people/<int:pk>/grant/", roles.grant, name="grant"),
    path("settings/people/<int:pk>/revoke/<int:grant_pk>/", roles.revoke, name="revoke"),
    path("settings/targets/", targets.listing, name="targets"),
    path("settings/targets/new/", targets.write, name="new_target"),
    path("settings/targets/<int:pk>/", targets.write, name="target"),
    path("settings/ladders/", ladders.listing, name="ladders"),
    path("settings/ladders/new/", ladders.write, name="new_ladder"),
    path("settings/ladders/<int:pk>/", ladders.write, name="ladder"),
    path("settings/ladders/<int:ladder_pk>/steps/new/", ladders.step, name="new_step"),
    path("settings/ladders/<int:ladder_pk>/steps/<int:pk>/", ladders.step, name="step"),
    path("settings/ladders/<int:ladder_pk>/steps/<int:pk>/remove/", ladders.remove, name="remove_step"),
    path("settings/calendars/", calendars.listing, name="calendars"),
    path("settings/calendars/new/", calendars.new, name="new_calendar"),
    path("settings/calendars/<int:pk>/", calendars.show, name="calendar"),
    path("settings/calendars/<int:pk>/hours/", calendars.hours, name="calendar_hours"),
    path("settings/calendars/<int:pk>/close/", calendars.closure, name="close_day"),
    path("settings/calendars/<int:pk>/drop/", calendars.drop, name="drop_day"),
    path("settings/calendars/<int:pk>/import/", calendars.days_file, name="calendar_file"),
    path("settings/cmdb/", cmdb.home, name="cmdb"),
    path("settings/cmdb/classes/new/", cmdb.ci_class, name="new_cmdb_class"),
    path("settings/cmdb/classes/<int:pk>/", cmdb.ci_class, name="cmdb_class"),
    path("settings/cmdb/classes/<int:class_pk>/attributes/new/", cmdb.attribute, name="new_cmdb_attribute"),
    path("settings/cmdb/classes/<int:class_pk>/attributes/<int:pk>/", cmdb.attribute, name="cmdb_attribute"),
    path("settings/cmdb/kinds/new/", cmdb.kind, name="new_cmdb_kind"),
    path("settings/cmdb/kinds/<int:pk>/", cmdb.kind, name="cmdb_kind"),
    path("settings/cmdb/kinds/<int:kind_pk>/pairs/new/", cmdb.pair, name="new_cmdb_pair"),
    path("settings/cmdb/kinds/<int:kind_pk>/pairs/<int:pk>/drop/", cmdb.drop_pair, name="drop_cmdb_pair"),
]
