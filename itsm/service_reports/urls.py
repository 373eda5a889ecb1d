"""Routes of service level reports."""

from django.urls import path, re_path

from itsm.service_reports import acts, public, rows_page, views

app_name = "service_reports"
urlpatterns = [
    path("reports/sla/", views.register, name="list"),
    path("reports/sla/prepare/", acts.prepare, name="prepare"),
    path("reports/sla/sign/<str:token>/", public.by_link, name="by_link"),
    path("reports/sla/<int:pk>/", views.page, name="page"),
    path("reports/sla/<int:pk>/print/", views.printed, name="print"),
    path("reports/sla/<int:pk>/rows/<str:figure>/", rows_page.rows, name="rows"),
    path("reports/sla/<int:pk>/do/<slug:name>/", acts.act, name="act"),
    path("reports/sla/<int:pk>/comment/<slug:code>/", acts.comment, name="comment"),
    path("reports/sla/<int:pk>/sign/", acts.sign, name="sign"),
    re_path(r"^reports/sla/(?P<pk>\d{1,18})/report-(?P<language>zh-hant|en)\.pdf$", views.paper, name="paper"),
    re_path(r"^reports/sla/(?P<pk>\d{1,18})/report\.(?P<form>xlsx|csv|json)$", views.table, name="table"),
]
