"""Addresses of one's own account."""

from django.urls import path

from itsm.desk.account import views

app_name = "account"
urlpatterns = [
    path("login/", views.SignIn.as_view(), name="sign_in"),
    path("logout/", views.sign_out, name="sign_out"),
    path("password/reset/", views.Reset.as_view(), name="reset"),
    path("password/reset/sent/", views.ResetSent.as_view(), name="reset_sent"),
    path("password/reset/<uidb64>/<token>/", views.ResetConfirm.as_view(), name="reset_confirm"),
    path("me/", views.profile, name="profile"),
    path("me/password/", views.ChangePassword.as_view(), name="password"),
    path("me/absence/", views.absence, name="absence"),
    path("me/absence/<int:pk>/end/", views.end_absence, name="end_absence"),
    path("me/sessions/", views.sessions, name="sessions"),
    path("me/sessions/<int:pk>/end/", views.end_session, name="end_session"),
]
