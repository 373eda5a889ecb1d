"""The service desk: settings, routes, Celery, and the layers that every process stands on."""
