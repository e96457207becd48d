"""Python strategies of tests, and a market to run them on."""

from pathlib import Path

import numpy as np

from ml4t_desktop.files.scripts.script import Script, read_script
from ml4t_desktop.market import Market
from ml4t_desktop.request import Request, parse_request

HEAD = "from ml4t_desktop.backtest import Parameter, Strategy\n\n\n"
CALM = HEAD + (
    "class Calm(Strategy):\n"
    "    share = Parameter(0.5, low=0.0, high=1.0)\n"
    "\n"
    "    def on_market_event(self, event, context=None):\n"
    "        if not self.get_position(event.asset_id):\n"
    "            self.buy_percent(event.asset_id, self.share, price=event.close)\n"
)


def write(folder: Path, text: str, name: str = "strategy.py") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def asked(path: Path, kind: str, **parameters) -> tuple[Request, Script]:
    """The request for a class of a file, and the file as it was read."""
    raw = {
        "data": {"files": ["none"]},
        "strategy": {"python": {"file": path.name, "class": kind, "parameters": parameters}},
    }
    return parse_request(raw), read_script(path)


def two_assets(bars: int = 40) -> Market:
    """Two assets that rise a little every day."""
    close = 100.0 + np.repeat(np.arange(bars), 2)
    return Market.build(
        timestamp=np.repeat(np.arange(bars) * 86_400_000_000, 2).astype(np.int64),
        asset=np.tile(np.array([0, 1], np.int32), bars),
        symbols=("AAA", "BBB"),
        prices=np.vstack([close - 0.5, close + 1, close - 1, close, np.full(2 * bars, 1e6)]),
        signals={"s": np.linspace(0, 1, 2 * bars)},
    )
