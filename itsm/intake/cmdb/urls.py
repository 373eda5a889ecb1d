"""The addresses of configuration data: their health, imports, baselines and audits."""

from django.urls import path

from itsm.intake.cmdb import audit_views, baseline_views, home_views, import_views

app_name = "cmdb"
urlpatterns = [
    path("cmdb/", home_views.home, name="home"),
    path("cmdb/faults/<slug:kind>/", home_views.faults, name="faults"),
    path("cmdb/import/", import_views.import_list, name="imports"),
    path("cmdb/import/order/", import_views.order, name="import_order"),
    path("cmdb/import/files/<int:pk>/", import_views.import_map, name="import_map"),
    path("cmdb/import/<int:pk>/", import_views.batch, name="import"),
    path("cmdb/import/<int:pk>/rows.csv", import_views.rows, {"form": "csv"}, name="import_csv"),
    path("cmdb/import/<int:pk>/rows.xlsx", import_views.rows, {"form": "xlsx"}, name="import_xlsx"),
    path("cmdb/import/<int:pk>/<slug:act>/", import_views.act, name="import_act"),
    path("cmdb/import/templates/<slug:code>.csv", import_views.template, {"form": "csv"}, name="import_template"),
    path(
        "cmdb/import/templates/<slug:code>.xlsx", import_views.template, {"form": "xlsx"}, name="import_template_xlsx"
    ),
    path("cmdb/baselines/", baseline_views.baseline_list, name="baselines"),
    path("cmdb/baselines/pair/", baseline_views.pair, name="pair"),
    path("cmdb/baselines/compare/", baseline_views.moments, name="moments"),
    path("cmdb/baselines/accept/", baseline_views.accept, name="difference_accept"),
    path("cmdb/baselines/correct/", baseline_views.correction, name="difference_correct"),
    path("cmdb/baselines/<int:first>..<slug:second>/", baseline_views.difference, name="difference"),
    path("cmdb/changes/<str:number>/", baseline_views.of_record, name="of_record"),
    path("cmdb/audits/", audit_views.audit_list, name="audits"),
    path("cmdb/audits/<str:number>/", audit_views.audit, name="audit"),
    path("cmdb/audits/<str:number>/start/", audit_views.start, name="audit_start"),
    path("cmdb/audits/<str:number>/close/", audit_views.close, name="audit_close"),
    path("cmdb/audits/<str:number>/finds/", audit_views.note_find, name="audit_find"),
    path("cmdb/audits/<str:number>/count/", audit_views.count, name="count"),
    path("cmdb/audits/<str:number>/count/<int:place>/", audit_views.sheet, name="sheet"),
    path("cmdb/audits/<str:number>/count/<int:place>/photo", audit_views.photo, name="photo"),
    path("cmdb/audits/<str:number>/lines/<int:pk>/correct/", audit_views.correct, name="audit_correct"),
]
