"""Commission and slippage models and their numbers."""

from ml4t_desktop.session.language import tr
from ml4t_desktop.views.setup.fields import Field, NumberField
from ml4t_desktop.views.setup.form import FieldKind, KindForm
from ml4t_desktop.views.setup.tiers import TiersField

_COMMISSION = "costs.commission"
_SLIPPAGE = "costs.slippage"


def commission_form() -> KindForm:
    """Return the form of the commission models."""
    return KindForm(
        _COMMISSION,
        "model",
        tr("Model"),
        (
            FieldKind("none", tr("None"), {}, tuple),
            FieldKind("percent", tr("Percent of value"), {"rate": 0.001}, _percent_commission),
            FieldKind(
                "per_share",
                tr("Per share"),
                {"rate": 0.005, "minimum": 1.0, "cap": 0.01},
                _per_share,
            ),
            FieldKind("fixed", tr("Fixed per order"), {"amount": 1.0}, _fixed_commission),
            FieldKind("tiered", tr("Tiers by value"), {"tiers": ({"rate": 0.001},)}, _tiers),
            FieldKind(
                "maker_taker", tr("Maker and taker"), {"maker": 0.0, "taker": 0.001}, _maker_taker
            ),
        ),
    )


def slippage_form() -> KindForm:
    """Return the form of the slippage models."""
    return KindForm(
        _SLIPPAGE,
        "model",
        tr("Model"),
        (
            FieldKind("none", tr("None"), {}, tuple),
            FieldKind("percent", tr("Percent of price"), {"rate": 0.0005}, _percent_slippage),
            FieldKind("fixed", tr("Fixed amount"), {"amount": 0.01}, _fixed_slippage),
            FieldKind("spread", tr("Half the spread"), {"width": 0.02}, _spread),
            FieldKind(
                "volume_share",
                tr("By volume share"),
                {"limit": 0.025, "impact": 0.1},
                _volume_share,
            ),
            FieldKind("sqrt_impact", tr("Square-root impact"), {"coefficient": 0.1}, _sqrt_impact),
            FieldKind("linear_impact", tr("Linear impact"), {"coefficient": 0.1}, _linear_impact),
        ),
    )


def _rate(key: str, title: str, tip: str = "", *, low: float = 0.0) -> NumberField:
    drag = (max(low, -0.5), 1.0, 0.01)
    return NumberField(
        key, title, is_percent=True, step=0.01, low=low, high=99.99, tip=tip, drag=drag
    )


def _percent_commission() -> tuple[Field, ...]:
    return (_rate(f"{_COMMISSION}.rate", tr("Rate"), tr("Share of the value traded")),)


def _per_share() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_COMMISSION}.rate",
            tr("Per share"),
            step=0.001,
            tip=tr("Money for each share or unit traded"),
        ),
        NumberField(
            f"{_COMMISSION}.minimum",
            tr("At least"),
            step=0.1,
            tip=tr("Money that every order costs at the least"),
        ),
        _rate(f"{_COMMISSION}.cap", tr("At most"), tr("Share of the value; 0 means no cap")),
    )


def _fixed_commission() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_COMMISSION}.amount",
            tr("Per order"),
            step=0.1,
            tip=tr("Money for each order that trades, however large"),
        ),
    )


def _tiers() -> tuple[Field, ...]:
    return (TiersField(f"{_COMMISSION}.tiers", tr("Tiers")),)


def _maker_taker() -> tuple[Field, ...]:
    return (
        _rate(
            f"{_COMMISSION}.maker",
            tr("Maker"),
            tr("For limit fills; negative is a rebate"),
            low=-99.99,
        ),
        _rate(f"{_COMMISSION}.taker", tr("Taker"), tr("For all other fills"), low=-99.99),
    )


def _percent_slippage() -> tuple[Field, ...]:
    return (_rate(f"{_SLIPPAGE}.rate", tr("Rate"), tr("Share of the price, against the order")),)


def _fixed_slippage() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_SLIPPAGE}.amount", tr("Amount"), step=0.01, tip=tr("In price, against the order")
        ),
    )


def _spread() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_SLIPPAGE}.width", tr("Spread"), step=0.01, tip=tr("In price; half of it is paid")
        ),
    )


def _volume_share() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_SLIPPAGE}.limit",
            tr("At most"),
            is_percent=True,
            low=0.0001,
            high=100,
            tip=tr("At most this share of a bar's volume trades"),
        ),
        NumberField(
            f"{_SLIPPAGE}.impact",
            tr("Impact"),
            step=0.01,
            tip=tr("The price moves by this times the squared share of the volume"),
        ),
    )


def _sqrt_impact() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_SLIPPAGE}.coefficient",
            tr("Coefficient"),
            step=0.01,
            tip=tr("The price moves by this times the square root of the share of the volume"),
        ),
    )


def _linear_impact() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_SLIPPAGE}.coefficient",
            tr("Coefficient"),
            step=0.01,
            tip=tr("The price moves by this times the share of the volume"),
        ),
    )
