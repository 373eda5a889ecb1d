"""Calendars and working time: when the desk is open, and how long that makes a promise."""
