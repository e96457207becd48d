"""Widgets, one folder for each step of the flow. A widget reads stores and calls their verbs."""
