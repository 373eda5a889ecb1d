"""How likely an open case misses its target: learnt from the own history every night, on this machine, with its reasons."""
