"""The document of the window: the history of its runs, what brings them back, and what keeps unsaved work."""
