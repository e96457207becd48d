"""A Python strategy: its file, its parameters, its source, and whether it may run."""
