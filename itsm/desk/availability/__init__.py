"""Pages about availability: services by month, outages, exclusions, and planned maintenance."""
