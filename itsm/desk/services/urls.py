"""Addresses of the catalogue's administration, of services, and of the gates of transitions."""

from django.urls import path

from itsm.desk.services import building, entry, filling, gates, listing, page, printing, root_item

app_name = "services"
urlpatterns = [
    path("catalogue/", listing.catalogue, name="catalogue"),
    path("catalogue/print/", printing.catalogue, name="print"),
    path("catalogue/items/<slug:code>/", building.item, name="item"),
    path("catalogue/<slug:code>/", entry.entry, name="entry"),
    path("catalogue/<slug:code>/items/new/", building.begin, name="begin_item"),
    path("catalogue/<slug:code>/draft/", entry.draft, name="draft"),
    path("catalogue/<slug:code>/<slug:name>/", entry.act, name="act"),
    path("service-transitions/", listing.transitions, name="transitions"),
    path("services/<slug:code>/", page.service, name="page"),
    path("services/<slug:code>/root-item/", root_item.choose, name="root"),
    path("t/<str:number>/criteria/<int:pk>", gates.criterion, name="criterion"),
    path("t/<str:number>/checks/<int:pk>", gates.check, name="check"),
    path("t/<str:number>/form", filling.answers, name="form"),
]
