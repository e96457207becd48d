"""One number that varies: which, from where to where, in how many steps."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLabel, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.runs.sweeps import SweptNumber
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.setup.editors import Choice, NumberBox

_STEPS = 7
_MOST = 60


class AxisRow(QWidget):
    """A number of the request with its range.

    Signals
    -------
    changed : no value
    """

    changed = Signal()

    def __init__(
        self, name: str, title: str, *, is_optional: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._is_optional = is_optional
        self._numbers: dict[str, SweptNumber] = {}
        self.choice = Choice(width=26)
        self.choice.setObjectName(f"sweep_{name}")
        self.choice.setAccessibleName(shown(title))
        self.low, self.high = NumberBox(step=0.1), NumberBox(step=0.1)
        self.steps = NumberBox(low=2, high=_MOST, is_whole=True)
        self.steps.setValue(_STEPS)
        for box, part, meaning in (
            (self.low, "from", tr("{number}, from", number=title)),
            (self.high, "to", tr("{number}, to", number=title)),
            (self.steps, "steps", tr("{number}, steps", number=title)),
        ):
            box.setObjectName(f"sweep_{name}_{part}")
            box.setAccessibleName(meaning)
            box.valueChanged.connect(self._on_edited)
        label = QLabel(shown(title))
        label.setBuddy(self.choice)
        label.setMinimumWidth(max(64, label.sizeHint().width()))
        layout = FlowLayout(self)
        layout.addWidget(label)
        layout.addWidget(self.choice)
        for text, box in (
            (tr("from"), self.low),
            (tr("to"), self.high),
            (tr("values"), self.steps),
        ):
            layout.addWidget(QLabel(text))
            layout.addWidget(box)
        self.choice.activated.connect(self._on_chosen)

    def offer(self, numbers: tuple[SweptNumber, ...]) -> None:
        """Offer the numbers of the request; a choice that is still there stays."""
        self._numbers = {item.key: item for item in numbers}
        none = ((None, tr("nothing else")),) if self._is_optional else ()
        now = self.choice.value
        self.choice.set_options((*none, *((item.key, item.title) for item in numbers)))
        index = self.choice.findData(now)
        self.choice.setCurrentIndex(max(index, 0))
        if index < 0 or now is None:
            self._propose()
        self._show_state()

    @property
    def key(self) -> str | None:
        """The key of the number, None when there is none."""
        value = self.choice.value
        return value if isinstance(value, str) else None

    @property
    def title(self) -> str:
        """The number in words."""
        return self.choice.currentText()

    def values(self) -> tuple[float | int, ...]:
        """Return the values it takes, ascending, each once."""
        number = self._numbers.get(self.key or "")
        if number is None:
            return ()
        low, high = sorted((self.low.value(), self.high.value()))
        count = int(self.steps.value())
        found = [low + (high - low) * i / (count - 1) for i in range(count)]
        if number.is_whole:
            return tuple(dict.fromkeys(round(value) for value in found))
        return tuple(dict.fromkeys(float(f"{value:.6g}") for value in found))

    def _propose(self) -> None:
        """Begin with a range around the value there is."""
        number = self._numbers.get(self.key or "")
        if number is None:
            return
        low, high = number.value * 0.5, number.value * 1.5
        if 0.0 < number.value <= 1.0 and not number.is_whole:
            high = min(high, 1.0)
            low = number.value - (high - number.value) if number.value > 0.5 else low
        elif number.value == 0.0:
            high = 10.0 if number.is_whole else 1.0
        if number.is_whole:
            low, high = max(1.0, round(low)), max(2.0, round(high))
        with QSignalBlocker(self.low), QSignalBlocker(self.high):
            self.low.setValue(float(f"{low:.4g}"))
            self.high.setValue(float(f"{high:.4g}"))

    def _show_state(self) -> None:
        for box in (self.low, self.high, self.steps):
            box.setEnabled(self.key is not None)

    def _on_chosen(self, _index: int) -> None:
        self._propose()
        self._show_state()
        self.changed.emit()

    def _on_edited(self, _value: float) -> None:
        self.changed.emit()
