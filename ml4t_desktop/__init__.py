"""ml4t_desktop: from a file of predictions to a backtest, and to every trade it made.

Data flows one way: files -> market -> request -> engine -> result -> analysis -> views.
Imports point the other way only. `PySide6` may be imported from `session` upward, `pyqtgraph`
only in `plots`.
"""

__version__ = "0.1.0"
