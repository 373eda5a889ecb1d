"""The dashboards: each collects tiles and tables from the roll-ups and a few figures."""
