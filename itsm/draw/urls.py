"""The page that shows the drawings."""

from django.urls import path

from itsm.draw import views

app_name = "draw"
urlpatterns = [path("", views.drawings, name="drawings")]
