"""The addresses of the committee; the page of one meeting is that of every record."""

from django.urls import path, re_path

from changes import board_views as views

app_name = "board"
urlpatterns = [
    path("cab/", views.overview, name="overview"),
    path("cab/new/", views.new, name="new"),
    path("cab/ballots/<int:pk>/", views.ballot, name="ballot"),
    path("cab/<str:number>/live/", views.live, name="live"),
    path("cab/<str:number>/act/<slug:name>/", views.act, name="act"),
    path("cab/<str:number>/decide/<int:pk>/", views.decide, name="decide"),
    path("cab/<str:number>/remark/", views.remark, name="remark"),
    re_path(r"^cab/(?P<number>[A-Za-z0-9-]{1,32})/(?P<kind>agenda|minutes)\.pdf$", views.document, name="document"),
]
