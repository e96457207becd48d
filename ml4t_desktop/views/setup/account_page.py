"""The step “Capital”: how much, what the account may do with it, and what may be risked."""

from PySide6.QtWidgets import QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.setup.fields import ChoiceField, Field, NumberField, heading
from ml4t_desktop.views.setup.form import FieldForm, Problems
from ml4t_desktop.views.setup.funding import FundingForm
from ml4t_desktop.views.setup.page import SetupPage
from ml4t_desktop.views.setup.risk import RiskForm

_BORROWING = ("initial_margin", "maintenance_margin", "borrow_rate")


class AccountPage(SetupPage):
    """Capital and the kind of account."""

    step = Step.ACCOUNT

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._form = FieldForm(_fields())
        self._form.edited.connect(self.edit)
        self._funding = FundingForm()
        self._funding.edited.connect(self.edit)
        self._risk = RiskForm()
        self._risk.edited.connect(self.edit)
        self.body.addWidget(heading(tr("Capital and account")))
        self.body.addWidget(self._form)
        self.body.addWidget(heading(tr("Perpetual contracts")))
        self.body.addWidget(self._funding)
        self.body.addWidget(heading(tr("Limits on the whole portfolio")))
        self.body.addWidget(self._risk)
        self.finish()

    def refresh(self) -> None:
        """Show the account of the request."""
        draft = self.session.request.draft
        own = {field.key for form in (self._form, self._risk.form) for field in form.fields}
        problems = self.problems(own | {"account.funding", "risk"})
        self._form.show_draft(draft, problems)
        self._risk.show_draft(draft, problems)
        self._show_funding(draft, problems)
        has_margin = draft.get("account.type") != "cash"
        for name in _BORROWING:
            self._form.show_field(f"account.{name}", is_shown=has_margin)

    def _show_funding(self, draft: Draft, problems: Problems) -> None:
        """Show the funding; the columns are offered once its fields are there, and then the value."""
        columns = tuple(
            (column.name, column.title)
            for column in self.session.rule_columns()
            if column.kind == "number" and not column.name.startswith("bar.")
        )
        self._funding.set_columns(columns)
        self._funding.show_draft(draft, problems)
        self._funding.set_columns(columns)
        self._funding.show_draft(draft, problems)


def _share(name: str, title: str, tip: str, *, low: float = 0.0) -> NumberField:
    return NumberField(f"account.{name}", title, is_percent=True, low=low, high=100, tip=tip)


def _fields() -> tuple[Field, ...]:
    return (
        NumberField(
            "account.initial_capital",
            tr("Initial capital"),
            low=0.01,
            step=10_000,
            tip=tr("Cash at the start, in the currency of the prices"),
        ),
        ChoiceField(
            "account.type",
            tr("Account"),
            (("cash", tr("Cash")), ("margin", tr("Margin")), ("contracts", tr("Contracts"))),
            tip=tr("A cash account never borrows and never sells short"),
        ),
        _share(
            "initial_margin",
            tr("Initial margin"),
            tr("Share of a position's value that must be own"),
            low=0.01,
        ),
        _share(
            "maintenance_margin",
            tr("Maintenance margin"),
            tr("Below this share positions are liquidated"),
            low=0.01,
        ),
        _share("borrow_rate", tr("Borrow fee"), tr("Yearly, on the value of short positions")),
        _share(
            "interest_rate", tr("Interest"), tr("Yearly, on positive cash; negative cash pays it")
        ),
        NumberField(
            "account.settlement_days",
            tr("Settlement"),
            suffix=tr(" days"),
            is_whole=True,
            high=1000,
            tip=tr("Days until the proceeds of a sale can be spent"),
        ),
        NumberField(
            "account.multiplier",
            tr("Multiplier"),
            low=1e-9,
            tip=tr("Money for a point of price and a unit; 1 for shares"),
        ),
    )
