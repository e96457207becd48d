"""The basis between a spot and a future: bought when narrow, sold when wide, both legs at once."""

import math
from collections import deque
from datetime import datetime

from ml4t_desktop.engine.orders import Order
from ml4t_desktop.engine.strategies.context import Context
from ml4t_desktop.engine.strategies.events import MarketEvent
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.errors import InputError, Problem

# Legs that differ by more than this share are evened out; rounding to lots makes smaller differences.
_UNEVEN = 0.01


class CryptoBasisStrategy(Strategy):
    """Trades the return of the basis (future minus spot) to its mean.

    At every timestamp at which both have a bar, ``z = (basis - mean) / deviation`` over the latest
    `window` values, this one included (deviation with n in the denominator). Flat, it sells the basis
    (future short, spot long) where z >= `entry_z` and buys it (future long, spot short) where
    z <= -`entry_z`, and leaves where ``|z| <= exit_z``. Both legs are the same quantity of the underlying,
    ``weight * equity / spot price`` with ``weight = min(scaling * |z|, max_position)``, so that profit is
    quantity times the change of the basis. A leg that traded less than the other, for want of buying
    power or a bar, is evened out by reducing the other.

    Parameters
    ----------
    spot, future : str
        Assets of the data. One leg is always short: the account must not be a cash account.
    window : int
        Values of the basis behind mean and deviation.
    entry_z, exit_z : float
        Thresholds of z.
    max_position : float
        Largest value of the spot leg, as a fraction of equity; both legs together are about twice that.
    position_scaling : float
        Weight per unit of z.
    min_observations : int
        Values of the basis needed before it trades.

    Raises
    ------
    InputError
        If parameters are out of range (all of them are named), here; if the account is a cash account,
        when a run begins.
    """

    def __init__(
        self,
        spot: str = "BTC",
        future: str = "BTC_FUTURE",
        window: int = 120,
        entry_z: float = 2.0,
        exit_z: float = 0.5,
        max_position: float = 0.3,
        *,
        position_scaling: float = 0.1,
        min_observations: int = 50,
    ) -> None:
        checks = {
            "future": (spot != future, "must be another asset than the spot"),
            "window": (window >= 2, "must be at least 2"),
            "min_observations": (
                2 <= min_observations <= window,
                f"must lie between 2 and window ({window})",
            ),
            "exit_z": (0.0 <= exit_z < entry_z, f"must lie between 0 and entry_z ({entry_z:g})"),
            "entry_z": (math.isfinite(entry_z), "must be a number"),
            "max_position": (0.0 < max_position < math.inf, "must be positive"),
            "position_scaling": (0.0 < position_scaling < math.inf, "must be positive"),
        }
        problems = [
            Problem(where=name, what=what) for name, (fits, what) in checks.items() if not fits
        ]
        if problems:
            raise InputError(problems)
        self.spot, self.future = spot, future
        self.window, self.min_observations = window, min_observations
        self.entry_z, self.exit_z = entry_z, exit_z
        self.max_position, self.position_scaling = max_position, position_scaling
        self._forget()

    def _forget(self) -> None:
        self.z: float | None = None
        self._basis: deque[float] = deque(maxlen=self.window)
        self._closes: dict[str, float] = {}

    def on_start(self) -> None:
        """Begin without a history, and check that both legs can be traded."""
        self._forget()
        desk = self._desk()
        desk.asset(self.spot)
        desk.asset(self.future)
        if desk.is_cash_account:
            what = "one leg of the basis is always short, which a cash account cannot hold"
            raise InputError(Problem(where="account.type", what=what, fix='Set it to "margin"'))

    def on_event(self, event: MarketEvent) -> None:
        """Note the close of a leg."""
        if event.asset_id in (self.spot, self.future):
            self._closes[event.asset_id] = event.close

    def on_bar_end(
        self,
        timestamp: datetime,  # noqa: ARG002 (those of a handler)
        context: Context | None = None,  # noqa: ARG002 (those of a handler)
    ) -> None:
        """Decide, where both legs have a bar."""
        closes, self._closes = self._closes, {}
        if len(closes) < 2:
            return
        self._basis.append(closes[self.future] - closes[self.spot])
        self.z = self._score()
        if self._waiting():
            return
        held = self.get_position(self.spot), self.get_position(self.future)
        if held == (0.0, 0.0):
            if self.z is not None and abs(self.z) >= self.entry_z:
                self._enter(closes[self.spot])
        elif self._leaves(held):
            self.close_position(self.spot)
            self.close_position(self.future)
        else:
            self._even_out(held)

    def _score(self) -> float | None:
        """Return z of the latest basis, None without enough values or where none differ."""
        count = len(self._basis)
        if count < self.min_observations:
            return None
        mean = math.fsum(self._basis) / count
        deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in self._basis) / count)
        # What rounding alone makes of equal values is no deviation.
        if deviation <= 1e-12 * max(abs(mean), 1e-300):
            return None
        return (self._basis[-1] - mean) / deviation

    def _waiting(self) -> list[Order]:
        return self.open_orders(self.spot) + self.open_orders(self.future)

    def _leaves(self, held: tuple[float, float]) -> bool:
        """Return whether the basis has come back, gone to the other side, or a leg is missing."""
        if 0.0 in held:
            return True
        if self.z is None:
            return False
        sells_basis = held[0] > 0.0
        has_crossed = self.z <= -self.exit_z if sells_basis else self.z >= self.exit_z
        return abs(self.z) <= self.exit_z or has_crossed

    def _enter(self, spot_price: float) -> None:
        """Order both legs, the same quantity of the underlying each."""
        score = self.z or 0.0
        weight = min(self.position_scaling * abs(score), self.max_position)
        units = math.copysign(weight * self.get_portfolio_value() / spot_price, score)
        desk = self._desk()
        self.submit_order(self.spot, units / desk.multiplier(self.spot))
        self.submit_order(self.future, -units / desk.multiplier(self.future))

    def _even_out(self, held: tuple[float, float]) -> None:
        """Reduce the larger leg to the smaller one."""
        desk = self._desk()
        spot = abs(held[0]) * desk.multiplier(self.spot)
        future = abs(held[1]) * desk.multiplier(self.future)
        larger = self.spot if spot > future else self.future
        excess = abs(spot - future)
        if excess > _UNEVEN * max(spot, future):
            quantity = excess / desk.multiplier(larger)
            self.submit_order(larger, -math.copysign(quantity, self.get_position(larger)))
