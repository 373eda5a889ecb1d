"""Configuration data out of files: what columns mean, the comparison, applying, undoing, figures."""
