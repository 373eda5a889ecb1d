"""The WSGI application that the production web server loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - loads every view before the workers are forked, so that they share them
