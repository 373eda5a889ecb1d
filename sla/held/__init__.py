"""Who held the clock: each case's time split among desk, second line, requester, supplier and nobody."""
