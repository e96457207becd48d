"""Is a signal any good: what followed its values, for whom, when, and how that changed.

A market and the name of one of its signals go in; frozen values come out. Nothing here trades: returns
are those of the asset from the open after the value to a close some bars later.
"""
