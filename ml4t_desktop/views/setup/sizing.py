"""How much to buy: the helpers and their numbers."""

from ml4t_desktop.session.language import tr
from ml4t_desktop.views.setup.fields import ChoiceField, Field, FlagField, NumberField
from ml4t_desktop.views.setup.form import FieldKind, KindForm

_KEY = "strategy.sizing"


class ConfidenceField(ChoiceField):
    """A column that the size depends on; the page offers the columns there are."""


def sizing_form() -> KindForm:
    """Return the form of the sizing helpers."""
    return KindForm(
        _KEY,
        "helper",
        tr("Helper"),
        (
            FieldKind("buy_percent", tr("Share of equity"), {"percent": 0.1}, _buy_percent),
            FieldKind(
                "size_by_confidence",
                tr("Share by confidence"),
                {"max_percent": 0.1},
                _by_confidence,
            ),
            FieldKind("fixed_quantity", tr("Fixed quantity"), {"quantity": 100.0}, _fixed_quantity),
            FieldKind("fixed_value", tr("Fixed amount"), {"value": 10_000.0}, _fixed_value),
            FieldKind(
                "fractional_kelly",
                tr("Share by Kelly"),
                {"payoff": 1.0, "fraction": 0.25, "max_percent": 0.2},
                _by_kelly,
            ),
            FieldKind(
                "inverse_volatility",
                tr("Share by volatility"),
                {"risk": 0.005, "window": 20, "max_percent": 0.2},
                _by_volatility,
            ),
            FieldKind(
                "rebalance_to_weights",
                tr("Rebalance to weights"),
                {
                    "weights": "equal",
                    "window": 20,
                    "schedule": "month",
                    "tolerance": 0.01,
                    "close_missing": True,
                    "gross": 1.0,
                },
                _rebalance,
            ),
        ),
    )


def _share(name: str, title: str, tip: str) -> NumberField:
    return NumberField(
        f"{_KEY}.{name}",
        title,
        is_percent=True,
        low=0.0001,
        high=100,
        tip=tip,
        drag=(0.5, 100.0, 0.5),
    )


def _buy_percent() -> tuple[Field, ...]:
    return (_share("percent", tr("Share"), tr("Each entry buys for this share of the equity")),)


def _by_confidence() -> tuple[Field, ...]:
    return (
        ConfidenceField(
            f"{_KEY}.confidence",
            tr("Confidence"),
            tip=tr("A column between 0 and 1; without a value, no order"),
        ),
        _share(
            "max_percent",
            tr("Share at most"),
            tr("Bought at full confidence; less in proportion below"),
        ),
    )


def _fixed_quantity() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_KEY}.quantity",
            tr("Quantity"),
            low=1e-9,
            suffix=tr(" units"),
            tip=tr("Each entry is for so many shares, coins or contracts, rounded to lots"),
        ),
    )


def _fixed_value() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_KEY}.value",
            tr("Amount"),
            low=0.01,
            step=1000,
            tip=tr("Each entry is for so much money, in the currency of the prices"),
        ),
    )


def _by_kelly() -> tuple[Field, ...]:
    return (
        ConfidenceField(
            f"{_KEY}.probability",
            tr("Chance to win"),
            tip=tr("A column between 0 and 1; without a value, or without an edge, no order"),
        ),
        NumberField(
            f"{_KEY}.payoff", tr("Win over loss"), low=1e-6, step=0.1,
            drag=(0.1, 5.0, 0.1), tip=tr("What a win gains over what a loss costs: 2 when a win is twice as large"),
        ),
        NumberField(
            f"{_KEY}.fraction", tr("Part of Kelly"), is_percent=True, low=0.0001, high=100, step=5,
            drag=(5, 100, 5), tip=tr("Bought is this part of: chance - (1 - chance) / (win over loss)"),
        ),
        _share("max_percent", tr("Share at most"), tr("Never more than this share of the equity")),
    )  # fmt: skip


def _by_volatility() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_KEY}.risk", tr("Risk"), is_percent=True, low=0.0001, step=0.1,
            drag=(0.05, 5.0, 0.05),
            tip=tr("Share of the equity that a position may move in a usual bar (one standard deviation)"),
        ),
        NumberField(
            f"{_KEY}.window", tr("Volatility over"), suffix=tr(" bars"), is_whole=True, low=2, high=10_000,
            drag=(2, 252, 1), tip=tr("Number of returns; before there are as many, no order"),
        ),
        _share("max_percent", tr("Share at most"), tr("Never more than this share of the equity")),
    )  # fmt: skip


def _rebalance() -> tuple[Field, ...]:
    return (
        ChoiceField(
            f"{_KEY}.weights",
            tr("Weights"),
            (
                ("equal", tr("Equal")),
                ("signal", tr("By a signal")),
                ("inverse_volatility", tr("By inverse volatility")),
            ),
            tip=tr(
                "How the part that is invested is shared out among the assets the entry holds for"
            ),
        ),
        ConfidenceField(
            f"{_KEY}.by",
            tr("Signal"),
            tip=tr("Weights in proportion to it; values of zero or less get no weight"),
        ),
        NumberField(
            f"{_KEY}.window",
            tr("Volatility over"),
            suffix=tr(" bars"),
            is_whole=True,
            low=2,
            high=10_000,
            drag=(2, 252, 1),
            tip=tr("Number of returns behind a volatility; before there are as many, no weight"),
        ),
        ChoiceField(
            f"{_KEY}.schedule",
            tr("Schedule"),
            (("bar", tr("Every bar")), ("week", tr("Every week")), ("month", tr("Every month"))),
            tip=tr("Orders are sent at the first bar of each week or month, or at every bar"),
        ),
        _share(
            "gross",
            tr("Invested"),
            tr("Sum of the weights, as a share of the equity; more than 100 % needs margin"),
        ),
        NumberField(
            f"{_KEY}.max_weight",
            tr("Weight at most"),
            is_percent=True,
            optional=0.1,
            low=0.0001,
            high=100,
            drag=(1, 100, 1),
            tip=tr("Weights above it are cut to it; the rest is not shared out again"),
        ),
        NumberField(
            f"{_KEY}.tolerance",
            tr("Tolerance"),
            is_percent=True,
            high=100,
            drag=(0, 20, 0.25),
            tip=tr("Changes of weight up to this are skipped"),
        ),
        FlagField(
            f"{_KEY}.close_missing",
            tr("Close what the entry does not hold for"),
            tip=tr(
                "Ticked: held assets that the entry no longer selects are sold; otherwise they are left alone"
            ),
        ),
    )
