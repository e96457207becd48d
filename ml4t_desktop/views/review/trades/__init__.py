"""The trades of a run as a table, with what can be done to it."""
