"""The first page of whoever works cases."""
