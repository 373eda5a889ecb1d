"""The addresses of availability, outages, exclusions and planned maintenance."""

from django.urls import path

from itsm.desk.availability import claim_views, evidence_views, maintenance_views, outage_views, views

app_name = "availability"
urlpatterns = [
    path("reports/availability/", views.overview, name="overview"),
    path("reports/availability/<slug:code>/", views.service, name="service"),
    path("reports/availability/<slug:code>/issue/", views.issue, name="issue"),
    path("reports/availability/<slug:code>/exclude/", claim_views.new, name="new_claim"),
    path("reports/outages/", outage_views.listing, name="outages"),
    path("reports/outages/new/", outage_views.new, name="new_outage"),
    path("reports/outages/<int:pk>/", outage_views.show, name="outage"),
    path("reports/outages/<int:pk>/correct/", outage_views.correct, name="correct_outage"),
    path("reports/outages/<int:pk>/strike/", outage_views.strike, name="strike_outage"),
    path("reports/maintenance/", maintenance_views.listing, name="maintenance"),
    path("reports/maintenance/<int:pk>/done/", maintenance_views.finish, name="maintenance_done"),
    path("reports/exclusions/", claim_views.listing, name="claims"),
    path("reports/exclusions/<int:pk>/", claim_views.show, name="claim"),
    path("reports/exclusions/<int:pk>/files/", evidence_views.attach, name="attach_evidence"),
    path("reports/exclusions/<int:pk>/files/<int:key>/", evidence_views.read, name="evidence"),
    path("reports/exclusions/<int:pk>/withdraw/", claim_views.withdraw, name="withdraw_claim"),
    path("reports/exclusions/<int:pk>/object/", claim_views.object_to, name="object_claim"),
]
