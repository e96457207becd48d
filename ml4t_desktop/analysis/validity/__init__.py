"""Is the result any good: intervals, luck, other assumptions, costs, and what follows in plain words.

A result goes in with the market and the request it came from; out come frozen values. Imports the
engine, since some questions are answered by running again.
"""
