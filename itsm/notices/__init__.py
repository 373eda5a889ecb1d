"""Notices: what is sent and shown."""
