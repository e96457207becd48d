"""What the rules of a request make of a market, and how the columns they use are spread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ml4t_desktop.analysis.rules.column_shape import ColumnShape, column_shape
from ml4t_desktop.analysis.rules.rule_counts import ClauseMasks, RuleCounts, count_rule
from ml4t_desktop.errors import InputError
from ml4t_desktop.market import Market
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.request.conditions import Condition

Tree = Mapping[str, Any]
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


@dataclass(frozen=True, slots=True, eq=False)
class RuleViews:
    """What is known of rules and columns.

    Parameters
    ----------
    counts : mapping of str to RuleCounts
        By the key of the rule; one that cannot be evaluated has none.
    shapes : mapping of str to ColumnShape
        By full name of the column.
    """

    counts: Mapping[str, RuleCounts] = field(default_factory=lambda: MappingProxyType({}))
    shapes: Mapping[str, ColumnShape] = field(default_factory=lambda: MappingProxyType({}))


class RuleLens:
    """A market seen through rules: it remembers what it has computed of clauses and columns.

    Parameters
    ----------
    market : Market
        As it was read; columns are delayed as `lag` says.
    """

    def __init__(self, market: Market, lag: Mapping[str, int] | None = None) -> None:
        self.market = lagged(market, lag)
        self._masks = ClauseMasks(self.market)
        self._shapes: dict[str, ColumnShape] = {}

    def look(
        self, trees: Mapping[str, Tree], columns: tuple[str, ...], check: Callable[[], None]
    ) -> RuleViews:
        """Return what rules let through, and the shapes of columns.

        Parameters
        ----------
        trees : mapping of key to condition as in a request file
        columns : tuple of str
            Full names; those the market does not have are passed over.
        check : callable
            Called between steps; raises to stop.
        """
        counts: dict[str, RuleCounts] = {}
        self._masks.begin()
        for key, tree in trees.items():
            try:
                counts[key] = count_rule(self._masks, _CONDITION.validate_python(tree), check)
            except (InputError, ValidationError):
                continue  # the form says what is wrong with the rule
        self._masks.end()
        there = self.market.column_names()
        for name in columns:
            if name in there and name not in self._shapes:
                check()
                self._shapes[name] = column_shape(self.market, name)
        return RuleViews(MappingProxyType(counts), MappingProxyType(dict(self._shapes)))
