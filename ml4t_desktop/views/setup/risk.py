"""Limits on the whole portfolio: what it may lose, and how large it may become."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.views.setup.fields import ChoiceField, Field, NumberField
from ml4t_desktop.views.setup.form import FieldForm, Problems

KEY = "risk"
_LOSSES = ("max_drawdown", "max_daily_loss")
_LIMITS = (*_LOSSES, "max_gross_exposure", "max_net_exposure", "max_positions")


class RiskForm(QWidget):
    """Risk limits, each with a tick; without any the request has no table of them.

    Signals
    -------
    edited : str, object
        As `Field.edited`.
    """

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = FieldForm(_fields())
        self.form.edited.connect(self._on_edited)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        self._table: dict[str, Any] = {}

    def show_draft(self, draft: Draft, problems: Problems) -> None:
        """Show the limits the draft has, and what is wrong with them."""
        self._table = dict(draft.get(KEY) or {})
        self.form.show_draft(draft, problems)
        for field in self.form.fields:
            if field.key == "risk.max_net_exposure" and KEY in problems:
                field.show_problem(problems[KEY])
        on_loss = self.form.fields[-1]
        on_loss.show_value(self._table.get("on_loss", "flatten"))
        self.form.show_field(on_loss.key, is_shown=any(name in self._table for name in _LOSSES))

    def _on_edited(self, key: str, value: object) -> None:
        """Tell an edit; the last limit that goes takes the table along."""
        name = key.removeprefix(f"{KEY}.")
        left = {**self._table, name: value}
        if any(left.get(limit) is not None for limit in _LIMITS):
            self.edited.emit(key, value)
        else:
            self.edited.emit(KEY, None)


def _fields() -> tuple[Field, ...]:
    return (
        NumberField(
            "risk.max_drawdown", tr("Drawdown"), is_percent=True, optional=0.2, low=0.01, high=99.99,
            tip=tr("When equity has fallen so far from its highest close, trading is over"),
        ),
        NumberField(
            "risk.max_daily_loss", tr("Loss of a day"), is_percent=True, optional=0.03, low=0.01,
            high=99.99, tip=tr("When equity has fallen so far since the day before, the day is over"),
        ),
        NumberField(
            "risk.max_gross_exposure", tr("Gross exposure"), is_percent=True, optional=1.0, low=0.01,
            high=1e6, tip=tr("Long and short positions together, as a share of equity, when ordering"),
        ),
        NumberField(
            "risk.max_net_exposure", tr("Net exposure"), is_percent=True, optional=0.5, high=1e6,
            tip=tr("Long less short positions, without its sign, as a share of equity, when ordering"),
        ),
        NumberField(
            "risk.max_positions", tr("Positions"), is_whole=True, optional=20, low=1, high=1e6,
            tip=tr("Assets held, or ordered and not filled yet"),
        ),
        ChoiceField(
            "risk.on_loss", tr("After a loss limit"),
            (("flatten", tr("Close all positions")), ("halt", tr("Open nothing new"))),
            tip=tr("What happens when equity has fallen to one of the two limits on losses"),
        ),
    )  # fmt: skip
