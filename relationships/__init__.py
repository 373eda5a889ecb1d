"""Customers and suppliers, complaints and satisfaction surveys."""
