"""Screens of the catalogue: its administration, the builder of items, the page of a service, the gates of a transition."""
