"""Releases and deployments: what goes live, where, and how it comes back."""
