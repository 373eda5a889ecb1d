"""The release board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show releases."""
    return render(request, "releases/board.html", {})
