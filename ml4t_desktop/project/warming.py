"""The engine made ready before the market is there."""

from collections.abc import Callable

import numpy as np

from ml4t_desktop.market import Market
from ml4t_desktop.request import DataSource, Request


def is_compiled() -> bool:
    """Return whether the engine was compiled on this machine before; if not, that takes half a minute."""
    from ml4t_desktop.engine.compilation import is_compiled as kernel_is_compiled

    return kernel_is_compiled()


def warm_engine(cancelled: Callable[[], bool] | None = None) -> None:
    """Load the engine and its compiled code, so that the first run need not.

    Runs an empty set of rules over one bar. May be called from any thread; a second call is quick.

    Parameters
    ----------
    cancelled : callable, optional
        Asked while the engine is compiled whether to give up.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    RunFailed
        If the engine could not be compiled.
    """
    from ml4t_desktop.engine.kernel.native import load_program
    from ml4t_desktop.engine.rules.rule_run import run_rules

    load_program(cancelled)
    market = Market.build(
        timestamp=np.zeros(1, np.int64),
        asset=np.zeros(1, np.int32),
        symbols=("A",),
        prices=np.ones((5, 1)),
    )
    run_rules(market, Request(data=DataSource(files=("none",))))
