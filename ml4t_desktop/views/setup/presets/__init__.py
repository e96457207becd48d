"""Presets of execution and of whole strategies."""
