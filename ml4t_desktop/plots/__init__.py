"""Charts: the only package that imports pyqtgraph.

Comes in: arrays and values of `market` and `session.theme`. Goes out: widgets. The x axis of every chart
counts bars (ordinals), so nights and weekends leave no gaps and a million bars cost no precision.
"""
