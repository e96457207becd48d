"""The step “Strategy”: rules, sizing, exits by price and time, limits."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.columns import RuleColumn
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.mends import direction_edits
from ml4t_desktop.session.request.rule_changes import part_kind
from ml4t_desktop.session.request.rule_nodes import Path, inserted, removed, root_of, tree_of_root
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.words import word
from ml4t_desktop.views.growing import laid_out_once
from ml4t_desktop.views.setup.entry_order import entry_order_form
from ml4t_desktop.views.setup.fields import ChoiceField, Field, NumberField, heading
from ml4t_desktop.views.setup.form import FieldForm
from ml4t_desktop.views.setup.page import SetupPage
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from ml4t_desktop.views.setup.sizing import ConfidenceField, sizing_form
from ml4t_desktop.views.setup.sizing_example import SizingExampleBox

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.rule_views import RuleViews

_SHORT_RULES = ("strategy.short_entry", "strategy.short_exit")


class StrategyPage(SetupPage):
    """What the rules want."""

    step = Step.STRATEGY

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._direction = FieldForm((_direction_field(),))
        self._rules = (
            ClauseEditor("strategy.entry", tr("Entry"), tr("No entry rule: nothing is entered.")),
            ClauseEditor(
                "strategy.exit", tr("Exit"), tr("No exit rule: only the exits below."), "any"
            ),
            ClauseEditor("strategy.short_entry", tr("Short entry"), tr("No short entries.")),
            ClauseEditor(
                "strategy.short_exit",
                tr("Short exit"),
                tr("No exit rule: only the exits below."),
                "any",
            ),
            ClauseEditor(
                "strategy.filter", tr("Filter"), tr("No filter: entries are always allowed.")
            ),
        )
        self._entry_title = heading(tr("Order of an entry"))
        self._entry_order = entry_order_form()
        self._sizing = sizing_form()
        self._example = SizingExampleBox(session.sizing)
        self._exits = FieldForm(_exit_fields())
        self._rank = ChoiceField(
            "strategy.limits.rank_by",
            tr("Best first by"),
            tip=tr(
                "When there are more entries than places, those with the highest value are taken"
            ),
        )
        self._limits = FieldForm(_limit_fields(self._rank))
        self._build()
        session.rule_counts.views_changed.connect(self._show_views)
        self.finish()

    def refresh(self) -> None:
        """Show rules, sizing, exits and limits."""
        draft, columns = self.session.request.draft, self.session.rule_columns()
        forms = (self._direction, self._exits, self._limits)
        own = {field.key for form in forms for field in form.fields}
        own |= {rule.key for rule in self._rules} | {"strategy.sizing", "strategy.entry_order"}
        problems = self.problems(own)
        is_both = draft.get("strategy.direction") == "both"
        entry, leaving, *_ = self._rules
        entry.show_title(tr("Long entry") if is_both else tr("Entry"))
        leaving.show_title(tr("Long exit") if is_both else tr("Exit"))
        for rule in self._rules:
            rule.show_draft(draft, columns, problems)
            if rule.key in _SHORT_RULES:
                rule.setVisible(is_both or draft.get(rule.key) is not None)
        numbers = tuple((item.name, item.title) for item in columns if item.kind == "number")
        self._rank.set_options(((None, "symbol"), *numbers))
        self._entry_order.show_draft(draft, problems)
        for widget in (self._entry_title, self._entry_order):
            widget.setVisible(not _rebalances(draft))
        self._show_sizing(draft, columns, problems)
        self._example.show_draft(draft)
        for form in forms:
            form.show_draft(draft, problems)

    def _show_sizing(
        self, draft: Draft, columns: tuple[RuleColumn, ...], problems: Mapping[str, str]
    ) -> None:
        signals = [item.name for item in columns if item.name.startswith("signal.")]
        likely = [name for name in signals if "conf" in name.lower()] or signals
        if likely:
            start = {"confidence": likely[0], "max_percent": 0.1}
            self._sizing.set_defaults("size_by_confidence", start)
            chances = [name for name in signals if "prob" in name.lower()] or likely
            start = {"probability": chances[0], "payoff": 1.0, "fraction": 0.25, "max_percent": 0.2}
            self._sizing.set_defaults("fractional_kelly", start)
        self._sizing.show_draft(draft, problems)
        numbers = tuple((item.name, item.title) for item in columns if item.kind == "number")
        for field in self._sizing.form.fields:
            if isinstance(field, ConfidenceField):
                field.set_options(numbers)
                field.show_draft(draft)
        weights = draft.get("strategy.sizing.weights")
        self._sizing.form.show_field("strategy.sizing.by", is_shown=weights == "signal")
        if _rebalances(draft):
            is_volatile = weights == "inverse_volatility"
            self._sizing.form.show_field("strategy.sizing.window", is_shown=is_volatile)

    def _build(self) -> None:
        self.body.addWidget(self._direction)
        for rule in self._rules:
            self.body.addWidget(rule)
            rule.edited.connect(self.edit)
            rule.taken.connect(self._on_taken)
            rule.drag_began.connect(self.session.request.begin_drag)
            rule.drag_ended.connect(self.session.request.end_drag)
        self.body.addWidget(self._entry_title)
        self.body.addWidget(self._entry_order)
        self.body.addWidget(heading(tr("Size of a position")))
        self.body.addWidget(self._sizing)
        self.body.addWidget(self._example)
        self.body.addWidget(heading(tr("Exits by price and time")))
        self.body.addWidget(self._exits)
        self.body.addWidget(heading(tr("Limits")))
        self.body.addWidget(self._limits)
        self._direction.edited.connect(self._on_direction)
        self._entry_order.edited.connect(self.edit)
        self._sizing.edited.connect(self._on_sizing)
        for form in (self._exits, self._limits):
            form.edited.connect(self.edit)
        self.take_drags(self._exits, self._limits, self._sizing, self._entry_order)

    def _show_views(self, views: "RuleViews | None") -> None:
        with laid_out_once(self):
            for rule in self._rules:
                rule.show_views(views)

    def _on_taken(self, source: str, path: Path, target: str, place: Path) -> None:
        """Move a part from one rule to another."""
        draft = self.session.request.draft
        own = next(rule for rule in self._rules if rule.key == target)
        giving, taking = root_of(draft.get(source)), root_of(draft.get(target), own.first_joint)
        edits = {
            source: tree_of_root(removed(giving, path)),
            target: tree_of_root(inserted(taking, place, giving.at(path))),
        }
        name = tr(
            "{part} moved to the {rule}",
            part=part_kind(giving.at(path)),
            rule=word(target.rpartition(".")[2]),
        )
        self.session.request.replace(draft.edited_all(edits), name)
        own.focus_part(place)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().showEvent(event)
        self.session.rule_counts.watch(is_on=True)
        self.session.sizing.watch(is_on=True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().hideEvent(event)
        self.session.rule_counts.watch(is_on=False)
        self.session.sizing.watch(is_on=False)

    def _on_direction(self, _key: str, value: object) -> None:
        """Set the direction; rules of a short side that is no more are taken along."""
        draft = self.session.request.draft
        self.session.request.replace(draft.edited_all(direction_edits(value)))

    def _on_sizing(self, key: str, value: object) -> None:
        """Edit the sizing; weights by a signal begin with the first one, others have none."""
        edits: dict[str, Any] = {key: value}
        if isinstance(value, Mapping) and value.get("helper") == "rebalance_to_weights":
            edits["strategy.entry_order"] = {"type": "market"}
        if key == "strategy.sizing.weights":
            signals = [c.name for c in self.session.rule_columns() if c.name.startswith("signal.")]
            edits["strategy.sizing.by"] = signals[0] if value == "signal" and signals else None
        self.session.request.replace(self.session.request.draft.edited_all(edits))


def _rebalances(draft: Draft) -> bool:
    return draft.get("strategy.sizing.helper") == "rebalance_to_weights"


def _direction_field() -> ChoiceField:
    sides = (("long", tr("Long")), ("short", tr("Short")), ("both", tr("Long and short")))
    return ChoiceField(
        "strategy.direction",
        tr("Direction"),
        sides,
        tip=tr("Short positions need a margin account"),
    )


def _exit_fields() -> tuple[Field, ...]:
    return (
        NumberField(
            "strategy.exits.stop_loss", tr("Stop loss"), is_percent=True, optional=0.1, high=99.99, low=0.01,
            drag=(0.5, 50.0, 0.5), tip=tr("Leaves when the loss reaches this share of the entry price"),
        ),
        NumberField(
            "strategy.exits.take_profit", tr("Take profit"), is_percent=True, optional=0.2, low=0.01,
            drag=(0.5, 100.0, 0.5), tip=tr("Leaves when the profit reaches this share of the entry price"),
        ),
        NumberField(
            "strategy.exits.trailing_stop", tr("Trailing stop"), is_percent=True, optional=0.1, high=99.99,
            low=0.01, drag=(0.5, 50.0, 0.5),
            tip=tr("Leaves when the price falls this far below its best since the entry"),
        ),
        NumberField(
            "strategy.exits.max_bars", tr("Longest hold"), suffix=tr(" bars"), is_whole=True, optional=5, low=1,
            high=1e6, drag=(1, 100, 1), tip=tr("Leaves at so many closes after the entry"),
        ),
        ChoiceField(
            "strategy.exits.evaluate", tr("Stops work"),
            (("close", tr("On the close")), ("intrabar", tr("Inside the bar"))),
            tip=tr("On the close: tested there, leaving by market order. Inside the bar: orders in the market"),
        ),
    )  # fmt: skip


def _limit_fields(rank: ChoiceField) -> tuple[Field, ...]:
    return (
        NumberField(
            "strategy.limits.max_positions", tr("Most positions"), is_whole=True, optional=20, low=1, high=1e6,
            suffix=tr(" positions"), drag=(1, 100, 1),
            tip=tr("Assets held or ordered at the same time; beyond that no entry is ordered"),
        ),
        rank,
        NumberField(
            "strategy.limits.cooldown_bars", tr("Pause after exit"), suffix=tr(" bars"), is_whole=True, high=1e6,
            drag=(0, 50, 1), tip=tr("So many closes after an exit are skipped before the asset is entered again"),
        ),
    )  # fmt: skip
