"""Market data in memory: what a run trades on, in time order, without Qt and without files.

Comes in: arrays. Goes out: a frozen `Market`. Imports only `units` and `errors`.
"""

from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import Market

__all__ = ["Column", "Market", "TextColumn"]
