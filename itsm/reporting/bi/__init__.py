"""Read-only views for other programs (BI): a schema of their own, a role that reads nothing else."""
