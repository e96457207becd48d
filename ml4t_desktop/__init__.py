"""ml4t_desktop: from a file of predictions to a backtest, and to every trade it made.

Two packages are made for scripts: `ml4t_desktop.backtest` with the engine, its feeds
(`ml4t_desktop.backtest.data`) and adapters (`ml4t_desktop.backtest.adapters`), and
`ml4t_desktop.export`, which hands results to other programs.

Data flows one way: files -> market -> request -> engine -> result -> analysis -> views.
Imports point the other way only. `PySide6` may be imported from `session` upward, `pyqtgraph`
only in `plots`.
"""

__version__ = "0.1.0"
