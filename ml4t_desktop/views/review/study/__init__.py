"""The trades and days of a run from every side that has a picture."""
