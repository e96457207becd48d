"""The request while it is edited: draft, steps, rules as forms show them, and changes in words."""
