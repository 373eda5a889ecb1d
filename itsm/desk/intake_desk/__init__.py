"""Cases that the desk writes down for somebody."""
