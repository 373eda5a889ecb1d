"""Addresses of notices."""

from django.urls import path

from itsm.notices.views import announced, link, own, post

app_name = "notices"
urlpatterns = [
    path("notifications/", own.notifications, name="notifications"),
    path("notifications/read/", own.read_all, name="read_all"),
    path("notifications/<int:pk>/", own.open_notification, name="notification"),
    path("me/notifications/", own.choose, name="preferences"),
    path("a/<str:token>/", link.by_link, name="link"),
    path("announcements/", announced.news, name="news"),
    path("settings/announcements/", announced.listing, name="announcements"),
    path("settings/announcements/new/", announced.write, name="announce"),
    path("settings/announcements/<int:pk>/", announced.write, name="announcement"),
    path("settings/announcements/<int:pk>/end/", announced.end, name="end_announcement"),
    path("settings/outbox/", post.outbox, name="outbox"),
    path("settings/outbox/retry/", post.retry, name="retry"),
    path("mailbox/", post.mails, name="mailbox"),
    path("mailbox/<int:pk>/", post.mail, name="mail"),
]
