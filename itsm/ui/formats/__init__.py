"""Date and number formats of the two languages."""
