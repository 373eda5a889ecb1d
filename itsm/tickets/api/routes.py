"""The addresses of cases of any process."""

from django.urls import path

from itsm.api import routes as routes  # registers the form of record numbers
from itsm.tickets.api import conversation, holders, reasons, time_worked, views

urlpatterns = [
    path("tickets", views.TicketList.as_view()),
    path("tickets/<record_number:number>", views.TicketView.as_view()),
    path("tickets/<record_number:number>/comments", conversation.CommentList.as_view()),
    path("tickets/<record_number:number>/attachments", conversation.AttachmentList.as_view()),
    path("tickets/<record_number:number>/time", time_worked.TimeList.as_view()),
    path("tickets/<record_number:number>/time/<int:key>/take-back", time_worked.TakeBackView.as_view()),
    path("tickets/<record_number:number>/assign", holders.AssignView.as_view()),
    path("tickets/<record_number:number>/take", holders.TakeView.as_view()),
    path("hold-reasons", reasons.HoldReasonList.as_view()),
    path("attachments/<int:key>", conversation.AttachmentContent.as_view()),
]
