"""The addresses of the change calendar; asked before those of changes."""

from django.urls import path

from changes import calendar_views as calendar
from changes import moving_views as moving
from changes import windows_views as windows

app_name = "calendar"
urlpatterns = [
    path("changes/calendar/", calendar.show, name="calendar"),
    path("changes/calendar/feeds/", calendar.own_feeds, name="feeds"),
    path("changes/calendar/feeds/<int:pk>/revoke/", calendar.revoke_feed, name="revoke_feed"),
    path("changes/calendar/feeds/<str:token>.ics", calendar.feed, name="feed"),
    path("changes/windows/", windows.rules, name="windows"),
    path("changes/windows/freezes/new/", windows.freeze, name="new_freeze"),
    path("changes/windows/freezes/<int:pk>/", windows.freeze, name="freeze"),
    path("changes/windows/freezes/<int:pk>/end/", windows.end_freeze, name="end_freeze"),
    path("changes/windows/maintenance/new/", windows.maintenance, name="new_maintenance"),
    path("changes/windows/maintenance/<int:pk>/", windows.maintenance, name="maintenance"),
    path("changes/windows/maintenance/<int:pk>/end/", windows.end_maintenance, name="end_maintenance"),
    path("changes/<str:number>/slots/", calendar.slots, name="slots"),
    path("changes/<str:number>/move/", moving.move, name="move"),
    path("changes/<str:number>/freezes/<int:pk>/waive/", windows.waive, name="waive"),
]
