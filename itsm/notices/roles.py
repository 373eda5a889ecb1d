"""Roles that notices know."""

#: Who may write announcements, beside administrators.
ANNOUNCES = ("incident_manager", "slm", "service_owner")
