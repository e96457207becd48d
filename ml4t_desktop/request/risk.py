"""Limits on the whole portfolio, beside those of single positions."""

from typing import Literal, Self

from pydantic import model_validator

from ml4t_desktop.request.value import NotNegative, OpenFraction, Positive, PositiveCount, Value
from ml4t_desktop.wording import say

# What rounding may add to an exposure before it exceeds its limit.
RISK_TOLERANCE = 1e-9


class RiskLimits(Value):
    """What the portfolio may lose and how large it may become; None means no limit.

    Losses are tested at every close, before anything is decided; the limit itself counts. Exposure and
    positions are tested when an order is submitted, with what is held and what is working; prices may
    carry an exposure beyond its limit afterwards. What reduces a position is never refused.

    Parameters
    ----------
    max_drawdown : float or None
        Fall of equity from its highest close, as a fraction. Reached, trading is over for the run.
    max_daily_loss : float or None
        Fall of equity since the last close of the day before, as a fraction. Reached, trading is over
        until the next day (UTC).
    max_gross_exposure : float or None
        Sum of the values of all positions, as a multiple of equity.
    max_net_exposure : float or None
        Value of long minus short positions without its sign, as a multiple of equity.
    max_positions : int or None
        Assets held, or ordered and not filled yet; a position counts until it is gone.
    on_loss : {"flatten", "halt"}
        After a loss limit: close every position, or keep them and open nothing new.
    """

    max_drawdown: OpenFraction | None = None
    max_daily_loss: OpenFraction | None = None
    max_gross_exposure: Positive | None = None
    max_net_exposure: NotNegative | None = None
    max_positions: PositiveCount | None = None
    on_loss: Literal["flatten", "halt"] = "flatten"

    @model_validator(mode="after")
    def _net_within_gross(self) -> Self:
        gross, net = self.max_gross_exposure, self.max_net_exposure
        if gross is not None and net is not None and net > gross:
            message = say(
                "'max_net_exposure' ({net:g}) cannot exceed 'max_gross_exposure' ({gross:g})",
                net=net,
                gross=gross,
            )
            raise ValueError(message)
        return self

    @property
    def has_loss_limits(self) -> bool:
        """Whether a loss can end trading."""
        return self.max_drawdown is not None or self.max_daily_loss is not None
