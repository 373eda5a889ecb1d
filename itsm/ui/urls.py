"""The kit's own addresses."""

from django.urls import include, path

from itsm.ui import views

app_name = "ui"
urlpatterns = [
    path("preferences/language/", views.language, name="language"),
    path("preferences/theme/", views.theme, name="theme"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/drawings/", include("itsm.draw.urls")),
]
