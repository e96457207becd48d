"""Several runs: their history, beside each other, and sweeps."""
