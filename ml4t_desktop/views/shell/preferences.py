"""The preferences, as a form made from their table; what is chosen holds at once."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.preferences import PREFERENCES, Setting, setting
from ml4t_desktop.session.request.new_requests import NewRequests
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.views.shell.new_request_part import NewRequestPart
from ml4t_desktop.views.shell.zone_choice import ZoneChoice


class PreferencesDialog(QDialog):
    """Every preference with what it does."""

    def __init__(
        self,
        settings: SettingsStore,
        new_requests: NewRequests | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Preferences"))
        self._settings = settings
        self.notes: dict[str, QLabel] = {}
        self.editors = {item.key: self._editor(item) for item in PREFERENCES}
        self._page = QWidget()
        form = QFormLayout(self._page)
        form.setContentsMargins(0, 0, 8, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        group = ""
        for item in PREFERENCES:
            if item.group != group:
                group = item.group
                heading = QLabel(shown(group))
                heading.setProperty("role", "heading")
                form.addRow(heading)
            form.addRow(shown(item.label), self.editors[item.key])
            note = QLabel(shown(item.note))
            note.setProperty("role", "hint")
            self.notes[item.key] = note
            form.addRow("", note)
        self.new_requests: NewRequestPart | None = None
        if new_requests is not None:
            self.new_requests = NewRequestPart(new_requests)
            heading = QLabel(tr("New requests"))
            heading.setProperty("role", "heading")
            form.addRow(heading)
            form.addRow(self.new_requests)
        self.reset_button = QPushButton(tr("All as at the first start"))
        self.reset_button.setObjectName("preferences.reset")
        self.reset_button.clicked.connect(self._reset)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.reset_button, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        self._area = QScrollArea()  # on a small screen, or with large letters
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._page)
        layout.addWidget(self._area, 1)
        layout.addWidget(buttons)
        self._show()
        settings.settings_changed.connect(self._show)

    def _fit(self) -> None:
        """Be as large as the preferences are, or as the screen."""
        around = self.size() - self._area.viewport().size()
        room = self.screen().availableGeometry().size()
        self.resize((self._page.sizeHint() + around).boundedTo(room))

    def _editor(self, item: Setting) -> QComboBox | QSpinBox | QLineEdit:
        if item.kind == "zone":
            editor: QComboBox | QSpinBox | QLineEdit = ZoneChoice(item.choices)
            editor.chosen.connect(partial(self._settings.choose, item.key))
        elif item.kind == "choice":
            editor = QComboBox()
            for value, title in item.choices:
                editor.addItem(shown(title), value)
            editor.activated.connect(partial(self._on_chosen, item.key))
        elif item.kind == "address":
            editor = QLineEdit()
            editor.setPlaceholderText("https://")
            editor.setClearButtonEnabled(True)
            editor.textChanged.connect(partial(self._on_typed, item.key))
        else:
            editor = QSpinBox()
            editor.setRange(item.low, item.high)
            editor.setSingleStep(10)
            editor.setSuffix(" %")
            editor.setKeyboardTracking(False)
            editor.valueChanged.connect(partial(self._settings.choose, item.key))
        editor.setObjectName(f"preferences.{item.key}")
        editor.setAccessibleName(shown(item.label))
        editor.setAccessibleDescription(shown(item.note))
        editor.setToolTip(shown(item.note))
        return editor

    def _on_chosen(self, key: str, index: int) -> None:
        editor = self.editors[key]
        if isinstance(editor, QComboBox):
            self._settings.choose(key, editor.itemData(index))

    def _on_typed(self, key: str, text: str) -> None:
        """Take an address as soon as it is one, and say so while it is none."""
        address, item = text.strip(), setting(key)
        is_one = item.accepts(address)
        self.notes[key].setText(
            item.note if is_one else tr("An address begins with https:// and names a computer")
        )
        if is_one:
            self._settings.choose(key, address)

    def _reset(self) -> None:
        for item in PREFERENCES:
            self._settings.choose(item.key, item.default)
        if self.new_requests is not None:
            self.new_requests.reset.click()

    def _show(self, _value: object = None) -> None:
        for key, editor in self.editors.items():
            value = getattr(self._settings.settings, key)
            if isinstance(editor, ZoneChoice):
                editor.show_value(value)
            elif isinstance(editor, QComboBox):
                editor.setCurrentIndex(editor.findData(value))
            elif isinstance(editor, QLineEdit):
                if value != editor.text().strip() and not editor.hasFocus():
                    editor.setText(value)
            else:
                editor.setValue(value)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().showEvent(event)
        self._fit()
