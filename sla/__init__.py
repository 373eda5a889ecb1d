"""Service levels: targets, clocks and escalations."""
