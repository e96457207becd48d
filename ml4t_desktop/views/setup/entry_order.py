"""How an entry is ordered: at the market, or by a limit that works for some bars."""

from ml4t_desktop.session.language import tr
from ml4t_desktop.views.setup.fields import Field, NumberField
from ml4t_desktop.views.setup.form import FieldKind, KindForm

_KEY = "strategy.entry_order"


def entry_order_form() -> KindForm:
    """Return the form of the order that enters."""
    return KindForm(
        _KEY,
        "type",
        tr("Enter by"),
        (
            FieldKind("market", tr("Market order"), {}, tuple),
            FieldKind("limit", tr("Limit order"), {"offset": 0.01, "good_for_bars": 1}, _limit),
        ),
    )


def _limit() -> tuple[Field, ...]:
    return (
        NumberField(
            f"{_KEY}.offset",
            tr("Better by"),
            is_percent=True,
            step=0.1,
            high=99.99,
            tip=tr(
                "The limit lies this far below the close for a long, above it for a short entry"
            ),
        ),
        NumberField(
            f"{_KEY}.good_for_bars",
            tr("Works for"),
            suffix=tr(" bars"),
            is_whole=True,
            high=1e6,
            tip=tr("So many bars of the asset after the decision; 0 means until it fills"),
        ),
    )
