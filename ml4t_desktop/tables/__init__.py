"""Frames as Qt models, and how numbers and times are written on screen. Imports `session` and what is below it."""
