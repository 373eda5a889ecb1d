"""The addresses of a case: its page by section, its acts under /t/<number>/."""

from django.urls import path, register_converter

from itsm.desk.record import (
    assigning,
    editing,
    files,
    flowing,
    history,
    linking,
    merges,
    moves,
    page,
    pieces,
    time_worked,
    words,
)
from itsm.records import register


class SectionConverter:
    """The part of the address that names a process: incidents, requests, problems."""

    regex = "[a-z-]+(?:/[a-z-]+)?"

    def to_python(self, value: str) -> str:
        """Accept the sections of the registered processes."""
        if value not in {process.section for process in register.processes()}:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """Write it as it is."""
        return value


register_converter(SectionConverter, "section")
app_name = "record"
urlpatterns = [
    path("<section:section>/<str:number>/", page.page, name="page"),
    path("<section:section>/<str:number>/flow/", page.flow, name="flow"),
    path("t/<str:number>", page.anywhere, name="anywhere"),
    path("t/<str:number>/clocks/", flowing.clocks, name="clocks"),
    path("t/<str:number>/clocks/<int:pk>/lift", pieces.lift_miss, name="lift_miss"),
    path("t/<str:number>/history/", history.history, name="history"),
    path("t/<str:number>/do/<str:name>", moves.transition, name="transition"),
    path("t/<str:number>/find/<str:kind>", moves.find, name="find"),
    path("t/<str:number>/reply", words.reply, name="reply"),
    path("t/<str:number>/note", words.note, name="note"),
    path("t/<str:number>/draft", words.draft, name="draft"),
    path("t/<str:number>/attach", files.attach, name="attach"),
    path("t/<str:number>/files/<int:pk>", files.download, name="file"),
    path("t/<str:number>/files/<int:pk>/picture", files.picture, name="picture"),
    path("t/<str:number>/take", assigning.take, name="take"),
    path("t/<str:number>/assign", assigning.assign, name="assign"),
    path("t/<str:number>/edit", editing.edit, name="edit"),
    path("t/<str:number>/confidential", editing.confidential, name="confidential"),
    path("t/<str:number>/watch", pieces.watch, name="watch"),
    path("t/<str:number>/task", pieces.add_task, name="add_task"),
    path("t/<str:number>/task/<int:pk>/<str:state>", pieces.end_task, name="end_task"),
    path("t/<str:number>/outage", pieces.open_outage, name="open_outage"),
    path("t/<str:number>/outage/<int:pk>/end", pieces.end_outage, name="end_outage"),
    path("t/<str:number>/time", time_worked.of_case, name="time"),
    path("t/<str:number>/time/<int:pk>/take-back", time_worked.take_back, name="take_back_time"),
    path("t/<str:number>/acknowledge/<int:pk>", pieces.acknowledge, name="acknowledge"),
    path("t/<str:number>/link", linking.add_link, name="add_link"),
    path("t/<str:number>/link/<int:pk>/remove", linking.remove_link, name="remove_link"),
    path("t/<str:number>/child", linking.add_child, name="add_child"),
    path("t/<str:number>/child/<str:child>/detach", linking.detach, name="detach_child"),
    path("t/<str:number>/merge", merges.merge, name="merge"),
    path("t/<str:number>/merge/<int:pk>/undo", merges.undo, name="undo_merge"),
]
