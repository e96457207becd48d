"""The composition root: one window with everything in it, and how it starts and ends."""
