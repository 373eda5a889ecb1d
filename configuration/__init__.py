"""Configuration items, their relationships as of any moment, baselines and audits."""
