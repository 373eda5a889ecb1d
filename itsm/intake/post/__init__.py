"""Mails that come in: fetched once, kept, taken apart, put where they belong or held back for a person."""
