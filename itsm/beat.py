"""The Celery application that beat runs: it only sends the names of tasks, so it loads neither models nor tasks."""

from celery import Celery

app = Celery("itsm-beat", fixups=[], set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
