"""Imports and figures."""
