"""The addresses of changes and their board."""

from django.urls import path

from changes import judging, rules_views, running, sparing_views, templates, unauthorised, views, writing

app_name = "changes"
urlpatterns = [
    path("changes/", views.changes, name="list"),
    path("changes/new/", writing.new, name="new"),
    path("changes/look/", writing.look, name="look"),
    path("changes/debts/", views.debts, name="debts"),
    path("changes/rules/", rules_views.listing, name="rules"),
    path("changes/rules/new/", rules_views.rule, name="new_rule"),
    path("changes/rules/<slug:code>/", rules_views.rule, name="rule"),
    path("changes/rules/lead-times/<slug:code>/", rules_views.lead, name="lead"),
    path("changes/unauthorised/", unauthorised.report, name="unauthorised"),
    path("changes/standard/", templates.catalogue, name="templates"),
    path("changes/standard/new/", templates.propose, name="propose"),
    path("changes/standard/<slug:code>/", templates.template, name="template"),
    path("changes/<str:number>/edit/", writing.write, name="write"),
    path("changes/<str:number>/look/", writing.look, name="look_at"),
    path("changes/<str:number>/impact/", judging.impact, name="impact"),
    path("changes/<str:number>/impact/not-affected/", sparing_views.spare, name="spare"),
    path("changes/<str:number>/impact/affected/", sparing_views.take_back, name="spare_not"),
    path("changes/<str:number>/approvals/", judging.approvals, name="approvals"),
    path("changes/<str:number>/pir/", judging.review, name="review"),
    path("changes/<str:number>/pir/blame/", judging.blame, name="blame"),
    path("changes/<str:number>/pir/unchanged/", judging.unchanged, name="unchanged"),
    path("changes/<str:number>/run/baseline/", running.baseline, name="baseline"),
    path("changes/<str:number>/run/", running.run, name="run"),
    path("changes/<str:number>/run/add/", running.add, name="add_step"),
    path("changes/<str:number>/run/extend/", running.extend, name="extend"),
    path("changes/<str:number>/run/<int:pk>/", running.mark, name="mark_step"),
    path("changes/<str:number>/run/<int:pk>/remove/", running.remove, name="remove_step"),
]
