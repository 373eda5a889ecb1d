"""The addresses of a case's items."""

from django.urls import path

from itsm.desk.cmdb import views

app_name = "case_items"
urlpatterns = [
    path("t/<str:number>/items", views.items, name="items"),
    path("t/<str:number>/items/add", views.add, name="add"),
    path("t/<str:number>/items/wrong", views.wrong, name="wrong"),
    path("t/<str:number>/items/<int:pk>/remove", views.remove, name="remove"),
]
