"""The pages of the simulator, of who held the clock, and of the prediction of misses."""
