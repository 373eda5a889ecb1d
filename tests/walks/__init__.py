"""Random walks over all machines together."""
