"""The addresses of known errors, and of raising a problem."""

from django.urls import path

from itsm.desk.known import giving, raising, views

app_name = "known"
urlpatterns = [
    path("known-errors/", views.known_errors, name="list"),
    path("t/<str:number>/problem", raising.raise_from, name="raise"),
    path("t/<str:number>/workaround", giving.give, name="give_workaround"),
    path("t/<str:number>/known-error/<str:known>/use", views.use, name="use"),
]
