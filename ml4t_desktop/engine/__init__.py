"""(market, request) -> result. No Qt, no file access.

Money moves in exactly one place, the compiled functions of `engine.kernel`. Rules and Python
strategies are two front doors to them.
"""
