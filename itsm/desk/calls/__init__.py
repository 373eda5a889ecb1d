"""The page on which the calls and the cost of the desk are entered, and the same over REST."""
