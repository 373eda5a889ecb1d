"""Incidents and service requests: the resolution processes of the desk."""
