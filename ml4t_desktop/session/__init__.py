"""Application state: Qt objects without widgets. Stores hold the current values and announce changes."""
