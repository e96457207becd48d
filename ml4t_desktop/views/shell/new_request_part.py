"""The part of the preferences that says what new requests begin with."""

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.request import PRESETS
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.new_requests import NewRequests
from ml4t_desktop.views.setup.editors import Choice

_NOT_CHOSEN: Final = None


class NewRequestPart(QWidget):
    """Execution, costs and capital of new requests in words, and where they are taken from."""

    def __init__(self, store: NewRequests, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.told = QLabel()
        self.told.setObjectName("preferences.new_requests")
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(3 * self.told.fontMetrics().lineSpacing())
        self.take = QPushButton(tr("Take those of the present request"))
        self.take.setObjectName("preferences.take_present")
        self.preset = Choice()
        self.preset.setObjectName("preferences.trade_like")
        self.preset.setAccessibleName(tr("Trade like"))
        names = tuple((item.name, item.name) for item in PRESETS)
        self.preset.set_options(((_NOT_CHOSEN, tr("Trade like…")), *names))
        self.reset = QPushButton(tr("As at the first start"))
        self.reset.setObjectName("preferences.usual_requests")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.take, self.preset, self.reset):
            row.addWidget(widget)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.told)
        layout.addLayout(row)
        self.take.clicked.connect(self._on_take)
        self.preset.activated.connect(self._on_preset)
        self.reset.clicked.connect(self._on_reset)
        self.refresh()

    def refresh(self, _value: object = None) -> None:
        """Show what new requests begin with now."""
        self.told.setText(self._store.meaning())
        reason = self._store.why_not_take()
        self.take.setEnabled(not reason)
        self.take.setToolTip(reason)
        self.reset.setEnabled(not self._store.is_usual)

    def _on_take(self) -> None:
        self._store.take_present()
        self.refresh()

    def _on_preset(self, _index: int) -> None:
        if isinstance(self.preset.value, str):
            self._store.take_preset(self.preset.value)
        self.preset.show_value(_NOT_CHOSEN)
        self.refresh()

    def _on_reset(self) -> None:
        self._store.reset()
        self.refresh()
