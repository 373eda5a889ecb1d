"""The addresses of the release board and of the acts on a release; the pages of one belong to the desk."""

from django.urls import path

from releases import acting, views

app_name = "releases"
urlpatterns = [
    path("releases/", views.board, name="board"),
    path("releases/new/", views.new, name="new"),
    path("releases/<str:number>/contents/add/", acting.add_content, name="add_content"),
    path("releases/<str:number>/contents/<int:key>/remove/", acting.remove_content, name="remove_content"),
    path("releases/<str:number>/baseline/", acting.take_baseline, name="take_baseline"),
    path("releases/<str:number>/criteria/add/", acting.add_criterion, name="add_criterion"),
    path("releases/<str:number>/criteria/<int:key>/sign/", acting.sign, name="sign"),
    path("releases/<str:number>/targets/add/", acting.add_target, name="add_target"),
    path("releases/<str:number>/extend/", acting.extend, name="extend"),
    path("deployments/", views.deployments, name="deployments"),
]
