"""Whether a result and its signals are any good."""
