"""The service catalogue: services and what may be ordered."""
