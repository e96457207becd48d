"""What there is to see of a sizing: an example, the orders of a rebalancing, or why there is neither."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.problem_words import place_words

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.rebalance_preview import RebalancePreview
    from ml4t_desktop.analysis.rules.sizing_example import SizingExample
    from ml4t_desktop.market import Market
    from ml4t_desktop.request import Request


@dataclass(frozen=True, slots=True, eq=False)
class SizingView:
    """What there is to see of a sizing.

    Parameters
    ----------
    example : SizingExample or None
        None where the rule selects nothing, or the sizing is a rebalancing.
    preview : RebalancePreview or None
        Of a rebalancing.
    curve : pair of float64 arrays or None
        Confidence and share of equity.
    problem : str
        Why there is nothing to see; empty otherwise.
    """

    example: "SizingExample | None" = None
    preview: "RebalancePreview | None" = None
    curve: Any = None
    problem: str = ""


def size(market: "Market", request: "Request", number: int) -> SizingView:
    """Return what a request's sizing makes of one of the bars its entry selects, or of a date.

    Parameters
    ----------
    number : int
        Which one, from 0; beyond the last it is the last. Below 0 it is an early one that makes an order.
    """
    from ml4t_desktop.analysis.rules.rebalance_preview import rebalance_preview, rebalance_times
    from ml4t_desktop.analysis.rules.sizing_example import SizingExamples, size_curve
    from ml4t_desktop.market.lagging import lagged
    from ml4t_desktop.request.sizing import RebalanceToWeights

    sizing = request.strategy.sizing
    market = lagged(market, request.data.lag)
    try:
        if isinstance(sizing, RebalanceToWeights):
            times = rebalance_times(market, sizing.schedule)
            if not times.size:
                return SizingView(problem=tr("There are no bars."))
            place = min(max(number, 0), times.size - 1)
            return SizingView(preview=rebalance_preview(market, request, times, place))
        examples = SizingExamples(market, request)
        curve = size_curve(sizing)
        if not examples.count:
            return SizingView(curve=curve, problem=tr("The entry rule selects no bar."))
        example = (
            examples.telling() if number < 0 else examples.example(min(number, examples.count - 1))
        )
        return SizingView(example, None, curve)
    except InputError as error:
        first = error.problems[0]
        return SizingView(
            problem=tr("{where}: {what}.", where=place_words(first.where), what=first.what)
            if first.where
            else tr("{what}.", what=first.what)
        )
