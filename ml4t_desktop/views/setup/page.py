"""The base of the pages: it shows the request whenever that or what is known of the files changes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from ml4t_desktop.session.data.leaks import without_unused_lags
from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.problem_words import place_words
from ml4t_desktop.session.request.draft import FieldProblem
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.growing import GrowingColumn
from ml4t_desktop.views.setup.form import FieldForm, KindForm, Problems


class SetupPage(QWidget):
    """One step of the set-up.

    Signals
    -------
    command_asked : str
        Id of a command that a button of the page stands for.
    """

    command_asked = Signal(str)
    step: Step

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.body = GrowingColumn(self)
        self.body.setContentsMargins(12, 10, 12, 12)
        self.body.setSpacing(8)
        self._other = QLabel()
        self._other.setObjectName(f"{type(self).__name__}.problem")
        self._other.setProperty("role", "problem")
        self._other.setWordWrap(True)

    def finish(self) -> None:
        """Close the layout and show the present request."""
        self.body.addWidget(self._other)
        self.body.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show the present request."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Put the focus on the first editor of the page."""
        for widget in self.findChildren(QWidget):
            takes_tabs = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes_tabs and widget.isVisible() and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def take_drags(self, *forms: FieldForm | KindForm) -> None:
        """Let what is dragged in forms be one change each."""
        for form in forms:
            form.drag_began.connect(self.session.request.begin_drag)
            form.drag_ended.connect(self.session.request.end_drag)

    def edit(self, key: str, value: object) -> None:
        """Edit the request."""
        self.session.request.edit(key, value)

    def edit_columns(self, key: str, value: object) -> None:
        """Edit which columns are used; delays of the others go with them."""
        request = self.session.request
        request.replace(without_unused_lags(request.draft.edited(key, value)))

    def problems(self, shown: set[str]) -> Problems:
        """Return what is wrong with the keys of this page, and show the rest at its end.

        Parameters
        ----------
        shown : set of str
            Keys that have a place of their own on the page.
        """
        state = next(state for state in self.session.step_states() if state.step == self.step)
        texts: dict[str, str] = {}
        rest: list[str] = []
        for item in state.problems:
            if any(_is_at(item, key) for key in shown):
                texts[item.key] = words(item)
            else:
                rest.append(
                    tr("{key}: {words}", key=place_words(item.key), words=words(item))
                    if item.key
                    else words(item)
                )
        self._other.setText("\n".join(rest))
        self._other.setVisible(bool(rest))
        return texts


def words(item: FieldProblem) -> str:
    """Return a problem in words, without its place."""
    problem = item.problem
    what = capitalised(shown(problem.what))
    return f"{what}. {shown(problem.fix)}" if problem.fix else what


def _is_at(item: FieldProblem, key: str) -> bool:
    return item.key == key or item.key.startswith((f"{key}.", f"{key}["))
