"""The addresses of the desk's screens."""

from django.urls import URLPattern, URLResolver, path, re_path

from itsm.desk.home import views as home
from itsm.desk.intake_desk import views as intake
from itsm.desk.processes import views as process_views
from itsm.desk.queue import acts, keeping, many, peeking, undoing, writing
from itsm.desk.queue import views as queue
from itsm.desk.queue.places import PLACES
from itsm.desk.triage import views as triage

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.start, name="start"),
    path("desk/", home.home, name="home"),
    path("desk/q/act/take/", acts.take, name="take"),
    path("desk/q/act/assign/", acts.assign, name="assign"),
    path("desk/q/act/undo/", undoing.undo, name="undo"),
    path("desk/q/act/grade/", acts.grade, name="grade"),
    path("desk/q/act/steps/", acts.steps, name="steps"),
    path("desk/q/act/step/<slug:name>/", many.step, name="step_many"),
    path("desk/q/act/write/", writing.write, name="write"),
    path("desk/q/views/new/", keeping.new_view, name="new_view"),
    re_path(r"^desk/q/views/(?P<pk>[0-9]{1,18})/(?P<act>star|unstar|drop)/$", keeping.change_view, name="change_view"),
    *(path(f"desk/q/{slug}/", queue.queue, {"view": slug}, name=f"queue-{slug}") for slug in PLACES),
    path("desk/q/<slug:view>/", queue.queue, name="queue"),
    path("desk/q/<slug:view>/rows/", queue.rows, name="rows"),
    path("desk/q/<slug:view>/filters/", queue.filters, name="filters"),
    path("desk/triage/", triage.triage, name="triage"),
    path("desk/triage/undo/<int:pk>/", triage.undo_merge, name="undo_merge"),
    re_path(
        r"^desk/triage/(?P<number>[A-Za-z0-9-]{1,32})/(?P<code>incident|request|problem|complaint|duplicate)/$",
        triage.judge,
        name="judge",
    ),
    path("processes/", process_views.processes, name="processes"),
    path("processes/<slug:name>/", process_views.road, name="road"),
    path("desk/new/", intake.new, name="new"),
    path("desk/new/people/", intake.people, name="new_people"),
    path("desk/new/about/", intake.about, name="new_about"),
    path("desk/new/alike/", intake.alike, name="new_alike"),
    path("t/<str:number>/peek", peeking.peek, name="peek"),
    path("t/<str:number>/say", peeking.say, name="say"),
]
