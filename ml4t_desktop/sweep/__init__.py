"""Many runs of one request: a grid of values, windows walked forward, and what to believe of the best.

Comes in: a request, its market in memory, and axes. Goes out: tables, as polars frames. Imports
`project` and everything below it.
"""
