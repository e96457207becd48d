"""Market-wide values: read, checked, and matched to the times of a market."""
