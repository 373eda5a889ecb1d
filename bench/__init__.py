"""Measurements; the product never imports them."""
