"""The pages on which administrators set the desk up."""
