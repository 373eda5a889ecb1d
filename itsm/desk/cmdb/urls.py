"""The addresses of a case's items."""

from django.urls import path

from itsm.desk.cmdb import bulk, shelf, views

app_name = "case_items"
urlpatterns = [
    path("cmdb/cis/bulk/verify", bulk.verify, name="verify"),
    path("cmdb/cis/bulk/change", bulk.change, name="change"),
    path("cmdb/cis/labels.pdf", bulk.labels, name="labels"),
    path("cmdb/cis/views/new", shelf.new_view, name="new_view"),
    path("cmdb/cis/views/<int:pk>/<slug:act>", shelf.change_view, name="change_view"),
    path("t/<str:number>/items", views.items, name="items"),
    path("t/<str:number>/items/add", views.add, name="add"),
    path("t/<str:number>/items/wrong", views.wrong, name="wrong"),
    path("t/<str:number>/items/<int:pk>/remove", views.remove, name="remove"),
]
