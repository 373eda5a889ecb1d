"""The processes and what runs between them."""
