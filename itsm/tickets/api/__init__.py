"""Cases over REST: what every process shares; processes add their own fields and moves."""
