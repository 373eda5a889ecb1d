"""How long an act can be taken back."""

from datetime import timedelta

#: The same for all acts that have an undo, so that nobody has to learn several spans.
LASTS = timedelta(minutes=30)
