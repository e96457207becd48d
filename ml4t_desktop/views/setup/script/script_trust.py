"""The question whether a Python file may be run, with its source to read."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from ml4t_desktop.files.scripts.script import Script
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.setup.fields import hint
from ml4t_desktop.views.setup.script.script_source import SourceView
from ml4t_desktop.views.tab_order import order_tabs
from ml4t_desktop.wording import mark

_NEW = mark(
    "This file has not been run before. Python code can do on this computer whatever you can do."
)
_CHANGED = mark(
    "This file has changed since you agreed to run it. Read what is different before you go on."
)


class TrustDialog(QDialog):
    """Shows the source and asks; closing it is no.

    Parameters
    ----------
    script : Script
    is_changed : bool
        Whether another text in the same place was agreed to.
    agreed : callable
        Called when the user agrees.
    """

    def __init__(
        self,
        script: Script,
        theme: Theme,
        agreed: Callable[[], None],
        *,
        is_changed: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trust_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Run this Python file?"))
        self.resize(820, 640)
        title = QLabel(script.path.name)
        title.setProperty("role", "title")
        title.setTextFormat(Qt.TextFormat.PlainText)
        why = QLabel(shown(_CHANGED if is_changed else _NEW))
        why.setWordWrap(True)
        why.setProperty("role", "warning" if is_changed else "")
        source = SourceView(theme)
        source.show_source(script.text)
        buttons = QDialogButtonBox()
        yes = buttons.addButton(tr("Trust and use it"), QDialogButtonBox.ButtonRole.AcceptRole)
        no = buttons.addButton(tr("Don't run it"), QDialogButtonBox.ButtonRole.RejectRole)
        yes.setObjectName("trust_agree")
        no.setObjectName("trust_refuse")
        yes.setAutoDefault(False)
        no.setDefault(True)  # agreeing takes more than a careless Enter
        layout = QVBoxLayout(self)
        for part in (title, hint(str(script.path)), why):
            layout.addWidget(part)
        layout.addWidget(source, 1)
        layout.addWidget(hint(_remark(script)))
        layout.addWidget(buttons)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(agreed)
        # Tab would go to that button and leave out those before it.
        buttons.setFocusProxy(None)  # pyright: ignore[reportArgumentType] (None takes it away)
        order_tabs(self)
        no.setFocus()


def _remark(script: Script) -> str:
    once = tr("You are asked once for this text; when the file changes, you are asked again.")
    if not script.modules:
        return once
    names = ", ".join(name for name, _ in script.modules)
    return tr(
        "It imports files beside it, which count as part of it: {names}.\n{once}",
        names=names,
        once=once,
    )
