"""The addresses of the release board; the pages of one release and one deployment belong to the desk."""

from django.urls import path

from releases import views

app_name = "releases"
urlpatterns = [
    path("releases/", views.board, name="board"),
]
