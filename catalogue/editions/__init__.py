"""Editions of the catalogue's entries: the eight fields, written by one person and approved by another."""
