"""Changes: requests for change, their assessment, the board, and the calendar."""
