"""The choices of a request in the words of the lists they are chosen from."""

from typing import Final

from ml4t_desktop.session.language import shown
from ml4t_desktop.session.words import word
from ml4t_desktop.wording import mark

# By the last name of the key, and the value as the request writes it.
_CHOICES: Final = {
    "direction": {"long": mark("Long"), "short": mark("Short"), "both": mark("Long and short")},
    "evaluate": {"close": mark("On the close"), "intrabar": mark("Inside the bar")},
    "fill": {
        "next_open": mark("At the next open"),
        "next_close": mark("At the next close"),
        "same_close": mark("At the same close"),
    },
    "insufficient_cash": {
        "shrink": mark("Buy what is affordable"),
        "reject": mark("Refuse the order"),
    },
    "ambiguous_bar": {
        "stop_first": mark("The stop counts"),
        "target_first": mark("The target counts"),
    },
    "stop_basis": {
        "fill": mark("The fill price"),
        "decision_close": mark("The decision's close"),
    },
    "helper": {
        "buy_percent": mark("Share of equity"),
        "size_by_confidence": mark("Share by confidence"),
        "fixed_quantity": mark("Fixed quantity"),
        "fixed_value": mark("Fixed amount"),
        "fractional_kelly": mark("Share by Kelly"),
        "inverse_volatility": mark("Share by volatility"),
        "rebalance_to_weights": mark("Rebalance to weights"),
    },
    "weights": {
        "equal": mark("Equal"),
        "signal": mark("By a signal"),
        "inverse_volatility": mark("By inverse volatility"),
    },
    "schedule": {
        "bar": mark("Every bar"),
        "week": mark("Every week"),
        "month": mark("Every month"),
    },
    "on_loss": {"flatten": mark("Close all positions"), "halt": mark("Open nothing new")},
    "match": {"asof": mark("Latest at or before"), "exact": mark("Same timestamp")},
}


def choice_words(key: str, value: str) -> str:
    """Return a choice as its list calls it, and any other name as words.

    Parameters
    ----------
    key : str
        Dotted, such as ``strategy.exits.evaluate``.
    value : str
        As the request writes it, such as ``intrabar``.
    """
    said = _CHOICES.get(key.rpartition(".")[2], {}).get(value)
    return word(value) if said is None else shown(said)
