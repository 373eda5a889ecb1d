"""The addresses of agreements; the page of one is that of all plain records."""

from django.urls import path

from itsm.desk.agreements import listing, printing, signing, versions, writing

app_name = "agreements"
urlpatterns = [
    path("agreements/", listing.agreements, name="list"),
    path("agreements/new/", writing.new, name="new"),
    path("agreements/<str:number>/edit/", writing.edit, name="edit"),
    path("agreements/<str:number>/rows/new/", writing.new_row, name="new_row"),
    path("agreements/<str:number>/rows/<int:place>/", writing.edit_row, name="edit_row"),
    path("agreements/<str:number>/sign/", signing.sign, name="sign"),
    path("agreements/<str:number>/versions/", versions.versions, name="versions"),
    path("agreements/<str:number>/print/", printing.paper_of, name="print"),
]
