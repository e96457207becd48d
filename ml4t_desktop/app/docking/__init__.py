"""The panels of the window: which there are, their groups, their docks, and how they are arranged."""
