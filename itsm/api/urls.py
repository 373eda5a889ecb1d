"""The pages of one's own tokens."""

from django.urls import path

from itsm.api import pages

app_name = "api"
urlpatterns = [
    path("me/tokens/", pages.own_tokens, name="tokens"),
    path("me/tokens/<int:key>/revoke/", pages.revoke_token, name="revoke"),
]
