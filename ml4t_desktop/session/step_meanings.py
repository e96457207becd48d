"""What each step of the set-up means at present, in plain words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.draft import Draft
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.rule_sentence import share_text, strategy_sentences
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import FileInspection

_FILLS: Final = {
    "next_open": mark("What is decided at a close is traded at the next open."),
    "next_close": mark("What is decided at a close is traded at the next close."),
    "same_close": mark(
        "What is decided at a close is traded at that close, which flatters the result."
    ),
}
_ACCOUNTS: Final = {
    "cash": mark("nothing is borrowed and nothing sold short"),
    "margin": mark("positions may be larger than the cash, and short"),
    "contracts": mark("contracts are held against a margin"),
}
_NO_DATA: Final = mark("Prices and the predictions of a model, a row for each asset and time.")
_NO_CONTEXT: Final = mark(
    "Optional: values that all assets share, such as the VIX, for use in rules."
)


def data_meaning(draft: Draft, prices: "tuple[FileInspection, ...]", locale: QLocale) -> str:
    """Return what the data is."""
    signals = draft.get("data.signals", ())
    first = [file.first for file in prices if file.first]
    last = [file.last for file in prices if file.last]
    if not draft.files or not first or not last:
        return _NO_DATA
    rows = locale.toString(sum(file.row_count for file in prices))
    assets = max((file.asset_count or 1 for file in prices), default=1)
    start, end = min(first), max(last)
    what = tr(
        "{rows} bars of {assets} assets from {start} to {end}.",
        rows=rows,
        assets=locale.toString(assets),
        start=start,
        end=end,
    )
    used = [draft.get("data.start"), draft.get("data.end")]
    if any(used):
        begin, stop = (value or known for value, known in zip(used, (start, end), strict=True))
        what += tr(" Used are those from {begin} to {stop}.", begin=begin, stop=stop)
    return (
        tr("{what} The model says {signals}.", what=what, signals=listed(signals))
        if signals
        else what
    )


def context_meaning(draft: Draft) -> str:
    """Return what the context is."""
    columns = draft.get("context.columns", ())
    if not columns:
        return _NO_CONTEXT
    verb = "is" if len(columns) == 1 else "are"
    return tr(
        "{columns} {verb} the same for all assets, and can be used in rules.",
        columns=listed(columns),
        verb=verb,
    )


def strategy_meaning(draft: Draft, locale: QLocale) -> str:
    """Return what the strategy does, a sentence in each line."""
    python = draft.get("strategy.python")
    if python is not None:
        return _python_meaning(python, locale)
    return "\n".join(strategy_sentences(draft, locale))


def _python_meaning(python: Mapping[str, Any], locale: QLocale) -> str:
    """Return which class decides, and the values that were set."""
    if not python.get("file"):
        return tr("A class of a Python file decides.")
    file = str(python["file"]).replace("\\", "/").rpartition("/")[2]
    lines = [tr("The class {get} of {file} decides.", get=python.get("class") or "?", file=file)]
    values = python.get("parameters", {})
    if values:
        told = ", ".join(
            f"{name.replace('_', ' ')} {_plain_value(value, locale)}"
            for name, value in values.items()
        )
        lines.append(tr("Set here: {told}.", told=told))
    return "\n".join(lines)


def _plain_value(value: object, locale: QLocale) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return locale.toString(float(value), "g", 6) if isinstance(value, int | float) else str(value)


def execution_meaning(draft: Draft, locale: QLocale) -> str:
    """Return how orders are filled and what that costs."""
    fill = _FILLS.get(str(draft.get("execution.fill", "next_open")), "")
    commission = _cost(draft.get("costs.commission") or {}, tr("no commission"), locale)
    slippage = _cost(draft.get("costs.slippage") or {}, tr("no slippage"), locale)
    return tr(
        "{fill} Trading costs: {commission} and {slippage}.",
        fill=fill,
        commission=commission,
        slippage=slippage,
    )


def account_meaning(draft: Draft, locale: QLocale) -> str:
    """Return what there is to trade with."""
    capital = format_value(float(draft.get("account.initial_capital", 0.0)), "number", locale)
    kind = str(draft.get("account.type", "cash"))
    return tr(
        "{capital} in a {kind} account: {get}.",
        capital=capital,
        kind=kind,
        get=_ACCOUNTS.get(kind, ""),
    )


def listed(names: Any) -> str:
    """Return names as one would say them: "a, b and c"."""
    texts = [str(name) for name in names]
    return (
        texts[0]
        if len(texts) == 1
        else tr("{texts} and {texts2}", texts=", ".join(texts[:-1]), texts2=texts[-1])
    )


def _cost(table: Any, nothing: str, locale: QLocale) -> str:
    model = str(table.get("model", "none"))
    what = nothing.removeprefix("no ")
    if model == "none":
        return nothing
    if model == "percent" and isinstance(table.get("rate"), int | float):
        return f"{share_text(table['rate'], locale)} {what}"
    return tr("{what} by {replace}", what=what, replace=model.replace("_", " "))
