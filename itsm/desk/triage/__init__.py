"""Judging what came in: incident, request, problem or duplicate."""
