"""The question for a time that is to have a name."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QLineEdit, QWidget

from ml4t_desktop.session.formats import date_format
from ml4t_desktop.session.language import tr
from ml4t_desktop.views.save_dialog import SaveDialog


class PeriodDialog(SaveDialog):
    """Asks for a name, a first and a last day.

    Parameters
    ----------
    first, last : date
        To begin with.
    why_not : callable
        Takes name, first and last day, and returns why that cannot be; empty when it can.
    done : callable
        Takes the same.
    """

    def __init__(
        self,
        first: date,
        last: date,
        why_not: Callable[[str, date, date], str],
        done: Callable[[str, date, date], object],
        parent: QWidget,
    ) -> None:
        super().__init__("period_dialog", tr("A time with a name"), "hint", 380, parent)
        self._why_not, self._done = why_not, done
        self.name, self.first, self.last = QLineEdit(), QDateEdit(), QDateEdit()
        self.name.setObjectName("period_name")
        self.name.setPlaceholderText(tr("Such as: summer of 2019"))
        for box, name, day in (
            (self.first, "period_first", first),
            (self.last, "period_last", last),
        ):
            box.setObjectName(name)
            box.setCalendarPopup(True)
            box.setDisplayFormat(date_format(box.locale()))
            box.setDate(QDate(day.year, day.month, day.day))
            box.dateChanged.connect(self._check)
        self.form.addRow(tr("&Name"), self.name)
        self.form.addRow(tr("&First day"), self.first)
        self.form.addRow(tr("&Last day"), self.last)
        self.name.textChanged.connect(self._check)
        self._check()

    def accept(self) -> None:
        """Keep the period, and close."""
        if self.save.isEnabled():
            self._done(*self._asked())
            super().accept()

    def _asked(self) -> tuple[str, date, date]:
        first, last = (
            date(day.year(), day.month(), day.day())
            for day in (self.first.date(), self.last.date())
        )
        return self.name.text(), first, last

    def _check(self, _value: object = None) -> None:
        why_not = self._why_not(*self._asked())
        self.problem.setText(why_not)
        self.save.setEnabled(not why_not)
