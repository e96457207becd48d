"""Numbers from a result: returns, drawdowns, trades and the statistics built on them.

Comes in: a frozen `RunResult`. Goes out: frozen values and frames. Units as everywhere: returns,
exposures and drawdowns are fractions, drawdowns are zero or negative, money is in the currency of
the account. What cannot be computed is None with a reason in words, never zero, infinity or NaN.
"""
