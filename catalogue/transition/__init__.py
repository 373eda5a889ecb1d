"""The design and transition of new, changed, removed and transferred services (clause 5)."""
