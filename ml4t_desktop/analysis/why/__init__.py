"""Why a trade was made, and why a bar had none: clauses, standing, and what became of the order.

A run goes in with a row of its market; frozen values come out. What the engine decided is read from its
tables; only clauses are evaluated again, by the engine's own functions.
"""
