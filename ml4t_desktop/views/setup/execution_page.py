"""The step “Execution & costs”: how orders are filled, and what trading costs."""

from PySide6.QtWidgets import QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.setup.costs import commission_form, slippage_form
from ml4t_desktop.views.setup.fields import ChoiceField, Field, FlagField, NumberField, heading
from ml4t_desktop.views.setup.form import FieldForm
from ml4t_desktop.views.setup.page import SetupPage
from ml4t_desktop.views.setup.presets.preset_choice import PresetChoice


class ExecutionPage(SetupPage):
    """How orders are filled, and what trading costs."""

    step = Step.EXECUTION

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._preset = PresetChoice()
        self._preset.asked.connect(self._on_preset)
        self._form = FieldForm(_fields())
        self._costs = (commission_form(), slippage_form())
        self.body.addWidget(heading(tr("Preset")))
        self.body.addWidget(self._preset)
        self.body.addWidget(heading(tr("Execution")))
        self.body.addWidget(self._form)
        self._form.edited.connect(self.edit)
        for title, form in zip((tr("Commission"), tr("Slippage")), self._costs, strict=True):
            self.body.addWidget(heading(title))
            self.body.addWidget(form)
            form.edited.connect(self.edit)
        self.take_drags(self._form, *self._costs)
        self.finish()

    def refresh(self) -> None:
        """Show execution and costs of the request."""
        draft = self.session.request.draft
        own = {field.key for field in self._form.fields} | {"costs.commission", "costs.slippage"}
        problems = self.problems(own)
        self._preset.show_draft(draft)
        self._form.show_draft(draft, problems)
        for form in self._costs:
            form.show_draft(draft, problems)

    def _on_preset(self, values: dict[str, object]) -> None:
        """Put the values of a preset into the request, as one edit."""
        request = self.session.request
        request.replace(
            request.draft.edited_all(values), tr("preset {name}", name=self._preset.name)
        )


def _fields() -> tuple[Field, ...]:
    return (
        ChoiceField(
            "execution.fill",
            tr("Market orders fill"),
            (
                ("next_open", tr("At the next open")),
                ("next_close", tr("At the next close")),
                ("same_close", tr("At the same close")),
            ),
            tip=tr("The same close is the price the decision was made on: it flatters the result"),
        ),
        NumberField(
            "execution.lot_size",
            tr("Lot size"),
            suffix=tr(" units"),
            tip=tr("Quantities are multiples of it; 0 means fractional"),
        ),
        ChoiceField(
            "execution.insufficient_cash",
            tr("Too little cash"),
            (("shrink", tr("Buy what is affordable")), ("reject", tr("Refuse the order"))),
            tip=tr("What happens to an order that costs more than the cash there is when it fills"),
        ),
        ChoiceField(
            "execution.ambiguous_bar",
            tr("Both in one bar"),
            (("stop_first", tr("The stop counts")), ("target_first", tr("The target counts"))),
            tip=tr("When one bar touches stop and target"),
        ),
        ChoiceField(
            "execution.stop_basis",
            tr("Stops count from"),
            (("fill", tr("The fill price")), ("decision_close", tr("The decision's close"))),
            tip=tr("The price from which stop loss, target and trailing stop are measured"),
        ),
        NumberField(
            "execution.participation",
            tr("Share of volume"),
            is_percent=True,
            optional=0.1,
            low=0.0001,
            high=100,
            drag=(0.5, 100, 0.5),
            tip=tr("At most this share of a bar's volume trades; the rest stays working"),
        ),
        FlagField(
            "execution.protect_entry_bar",
            tr("Stops live in the entry bar"),
            tip=tr(
                "Whether stop and target are live in the rest of the bar at whose open the entry filled"
            ),
        ),
    )
