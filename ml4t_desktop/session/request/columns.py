"""The columns a rule can use, from the files that were looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_tree import short_name

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import ColumnInfo, FileInspection

Kind = Literal["number", "text", "flag"]
BAR_COLUMNS = ("open", "high", "low", "close", "volume")
_NUMBER_OPS = (
    ">", ">=", "<", "<=", "==", "!=", "between", "in", "rising", "falling",
    "crosses_above", "crosses_below", "top_n", "bottom_n", "is_null",
)  # fmt: skip
_TEXT_OPS = ("==", "!=", "in", "is_null")
_FLAG_OPS = ("==", "!=", "is_null")
_MARKET_WIDE = frozenset({"top_n", "bottom_n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleColumn:
    """A column a clause can name.

    Parameters
    ----------
    name : str
        As the request writes it, such as ``signal.ml_pred_5d``.
    samples : tuple of str
        Texts that occur in it.
    minimum, maximum : str
        Range of its values as text; empty when unknown.
    """

    name: str
    kind: Kind = "number"
    samples: tuple[str, ...] = ()
    minimum: str = ""
    maximum: str = ""

    @property
    def title(self) -> str:
        """What lists show: the column's own name, and where it is from unless it is a signal."""
        origin = self.name.partition(".")[0]
        name = short_name(self.name)
        if origin == "signal":
            return name
        return (
            tr("{column} (bar)", column=name)
            if origin == "bar"
            else tr("{column} (context)", column=name)
        )

    @property
    def middle(self) -> float:
        """A number to begin a threshold with: in the middle of the values, 0 when they are unknown."""
        try:
            low, high = float(self.minimum), float(self.maximum)
        except ValueError:
            return 0.0
        return float(f"{low + (high - low) / 2:.2g}")

    @property
    def ops(self) -> tuple[str, ...]:
        """The comparisons that fit the column."""
        if self.kind == "text":
            return _TEXT_OPS
        if self.kind == "flag":
            return _FLAG_OPS
        if self.name.startswith("context."):
            return tuple(op for op in _NUMBER_OPS if op not in _MARKET_WIDE)
        return _NUMBER_OPS


def rule_columns(
    draft: Draft, prices: Iterable["FileInspection"], context: "FileInspection | None"
) -> tuple[RuleColumn, ...]:
    """Return what clauses can use: signals first, then context, then the bar."""
    infos = {info.name: info for inspection in prices for info in inspection.columns}
    below = {info.name: info for info in context.columns} if context is not None else {}
    return (
        *(_column("signal", name, infos.get(name)) for name in draft.get("data.signals", ())),
        *(_column("context", name, below.get(name)) for name in draft.get("context.columns", ())),
        *_bars(draft, infos),
    )


def _bars(draft: Draft, infos: dict[str, "ColumnInfo"]) -> Iterator[RuleColumn]:
    for name in BAR_COLUMNS:
        yield _column("bar", name, infos.get(draft.get(f"data.{name}", name)))


def _column(origin: str, name: str, info: "ColumnInfo | None") -> RuleColumn:
    full = f"{origin}.{name}"
    if info is None:
        return RuleColumn(name=full)
    kind: Kind = "number" if info.kind == "time" else info.kind
    return RuleColumn(
        name=full,
        kind=kind,
        samples=tuple(info.samples),
        minimum=_shown(info.minimum),
        maximum=_shown(info.maximum),
    )


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
