"""The addresses of configuration items; the page of one item is that of every record that is no case."""

from django.urls import path

from configuration import editing, graph_views, new_views, past, views

app_name = "configuration"
urlpatterns = [
    path("cmdb/cis/", views.items, name="list"),
    path("cmdb/cis/new/", new_views.new, name="new"),
    path("cmdb/cis/new/alike/", new_views.typed, name="alike"),
    path("cmdb/cis/<str:number>/edit/", editing.edit, name="edit"),
    path("cmdb/cis/<str:number>/relate/", editing.relate, name="relate"),
    path("cmdb/cis/<str:number>/verify/", editing.verify, name="verify"),
    path("cmdb/cis/<str:number>/wrong/", editing.wrong, name="wrong"),
    path("cmdb/cis/<str:number>/history/", past.history, name="history"),
    path("cmdb/graph/", graph_views.explorer, name="graph"),
    path("cmdb/relations/", views.relations, name="relations"),
    path("cmdb/relations/<int:pk>/end/", editing.end_relation, name="end_relation"),
    path("cmdb/corrections/", editing.corrections_page, name="corrections"),
    path("cmdb/corrections/<int:pk>/verify/", editing.judge, {"verdict": "verify"}, name="verify_correction"),
    path("cmdb/corrections/<int:pk>/refuse/", editing.judge, {"verdict": "refuse"}, name="refuse_correction"),
    path("cmdb/corrections/<int:pk>/settle/", editing.judge, {"verdict": "settle"}, name="settle_correction"),
]
