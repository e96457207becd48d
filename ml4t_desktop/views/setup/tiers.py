"""Tiers of a commission as a table: up to which value of a fill each rate counts."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.views.setup.editors import NumberBox, remove_button
from ml4t_desktop.views.setup.fields import Field

_FIRST_LIMIT = 10_000.0
_STEP = 0.01  # per cent


class TiersField(Field):
    """A row for each tier, the last one without an end; tiers are added in front of it and taken away."""

    def __init__(self, key: str, title: str) -> None:
        self._table = QWidget()
        tip = tr("The rate of the first row whose value a fill does not exceed is charged")
        super().__init__(key, title, self._table, tip)
        self.title = ""  # the columns say what they are, and need the room of the label
        self._tiers: tuple[Mapping[str, Any], ...] = ()
        self._boxes: list[tuple[NumberBox | None, NumberBox]] = []
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        self.add = QPushButton(tr("+ Tier"))
        self.add.setObjectName(f"{key}.add")
        self.add.setToolTip(tr("Add a tier in front of the last one"))
        self.add.clicked.connect(self._on_added)

    def show_value(self, value: Any) -> None:
        """Show tiers; what is no list of tiers shows none, and its problem says so."""
        is_list = isinstance(value, tuple | list)
        tiers = tuple(item for item in value if isinstance(item, Mapping)) if is_list else ()
        if [_has_end(tier) for tier in tiers] != [_has_end(tier) for tier in self._tiers]:
            self._tiers = tiers
            self._make_rows()
        self._tiers = tiers
        for tier, (limit, rate) in zip(tiers, self._boxes, strict=True):
            with QSignalBlocker(rate):
                rate.setValue(_number(tier.get("rate")) * 100.0)
            if limit is not None:
                with QSignalBlocker(limit):
                    limit.setValue(_number(tier.get("up_to")))

    def _make_rows(self) -> None:
        self._grid.removeWidget(self.add)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()  # later: the button that was pressed may be among them
        self._boxes = []
        for column, title in enumerate((tr("Fills of up to"), tr("Rate"))):
            label = QLabel(title)
            label.setProperty("role", "hint")
            self._grid.addWidget(label, 0, column)
        for place, tier in enumerate(self._tiers):
            self._make_row(place, has_end=_has_end(tier))
        self._grid.addWidget(self.add, len(self._tiers) + 1, 0)

    def _make_row(self, place: int, *, has_end: bool) -> None:
        row, limit = place + 1, None
        if has_end:
            limit = NumberBox(low=0.01, step=1000.0)
            limit.setObjectName(f"{self.key}.{place}.up_to")
            limit.setAccessibleName(tr("Tier {place}: fills of up to", place=row))
            limit.valueChanged.connect(partial(self._on_limit, place))
            self._grid.addWidget(limit, row, 0)
        else:
            self._grid.addWidget(QLabel(tr("All above")), row, 0)
        rate = NumberBox(low=0.0, high=99.99, step=_STEP, suffix=" %")
        rate.setObjectName(f"{self.key}.{place}.rate")
        rate.setAccessibleName(tr("Tier {place}: rate", place=row))
        rate.valueChanged.connect(partial(self._on_rate, place))
        self._grid.addWidget(rate, row, 1)
        if len(self._tiers) > 1:
            remove = remove_button(partial(self._on_removed, place))
            remove.setObjectName(f"{self.key}.{place}.remove")
            remove.setAccessibleName(tr("Remove tier {place}", place=row))
            self._grid.addWidget(remove, row, 2)
        self._boxes.append((limit, rate))

    def _on_limit(self, place: int, value: float) -> None:
        self._tell(place, {"up_to": value})

    def _on_rate(self, place: int, value: float) -> None:
        self._tell(place, {"rate": round(value / 100.0, 12)})

    def _tell(self, place: int, values: Mapping[str, float]) -> None:
        tiers = [dict(tier) for tier in self._tiers]
        tiers[place] |= values
        self.edited.emit(self.key, tuple(tiers))

    def _on_added(self) -> None:
        """Add a tier in front of the last one: twice as far as the one before, at the last rate."""
        *before, last = [dict(tier) for tier in self._tiers] or [{"rate": 0.0}]
        known = [_number(tier.get("up_to")) for tier in before]
        limit = known[-1] * 2 if known else _FIRST_LIMIT
        end = last.get("up_to")
        if end is not None and limit >= end:
            limit = (end + (known[-1] if known else 0.0)) / 2
        self.edited.emit(self.key, (*before, {"up_to": limit, "rate": last.get("rate", 0.0)}, last))

    def _on_removed(self, place: int) -> None:
        """Take a tier away; the one that is the last then has no end."""
        tiers = [dict(tier) for tier in self._tiers]
        del tiers[place]
        if place == len(tiers):
            tiers[-1].pop("up_to", None)
        self.edited.emit(self.key, tuple(tiers))


def _has_end(tier: Mapping[str, Any]) -> bool:
    return tier.get("up_to") is not None


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
