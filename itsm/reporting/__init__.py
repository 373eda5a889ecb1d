"""Reports: the KPI dictionary, dashboards from roll-ups, and read-only views for other programs."""
