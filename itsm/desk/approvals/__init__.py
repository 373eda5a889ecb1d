"""What waits for one's yes or no."""
