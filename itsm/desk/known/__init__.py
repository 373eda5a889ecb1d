"""Known errors: looked up, offered on incidents, and kept."""
