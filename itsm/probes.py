"""Probes for whoever watches the process: alive, and ready to serve."""

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def livez(request: HttpRequest) -> JsonResponse:
    """Answer that the process runs; depends on nothing."""
    return JsonResponse({"alive": True})


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether the database answers (200), or 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return JsonResponse({"ready": False, "database": "no answer"}, status=503)
    return JsonResponse({"ready": True})
