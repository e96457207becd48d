"""What each step of the set-up means at present, in plain words."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import all_of, in_a_row, shown, tr, tr_count
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import asset_total
from ml4t_desktop.session.request.rule_sentence import share_text, strategy_sentences
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
    "cash": mark("{capital} in a cash account: nothing is borrowed and nothing sold short."),
    "margin": mark(
        "{capital} in a margin account: positions may be larger than the cash, and short."
    ),
    "contracts": mark("{capital} in a contracts account: contracts are held against a margin."),
}
_COMMISSION: Final = {
    "none": mark("no commission"),
    "percent": mark("{share} commission"),
    "per_share": mark("a commission for each share"),
    "fixed": mark("a fixed commission for each order"),
    "tiered": mark("a commission in tiers"),
    "maker_taker": mark("a commission for makers and takers"),
}
_SLIPPAGE: Final = {
    "none": mark("no slippage"),
    "percent": mark("{share} slippage"),
    "fixed": mark("a fixed slippage for each share"),
    "spread": mark("half the spread as slippage"),
    "volume_share": mark("slippage by the share of the volume"),
    "sqrt_impact": mark("slippage by the square root of the share of the volume"),
    "linear_impact": mark("slippage in proportion to the share of the volume"),
}
_NO_DATA: Final = mark("Prices and the predictions of a model, a row for each asset and time.")
_NO_CONTEXT: Final = mark(
    "Optional: values that all assets share, such as the VIX, for use in rules."
)


def data_meaning(
    draft: Draft, prices: "tuple[FileInspection, ...]", late: date | None = None
) -> str:
    """Return what the data is.

    Parameters
    ----------
    late : date or None
        First day with every signal, where that is long after the first bar.
    """
    signals = draft.get("data.signals", ())
    first = [file.first for file in prices if file.first]
    last = [file.last for file in prices if file.last]
    if not draft.files or not first or not last:
        return shown(_NO_DATA)
    rows = sum(file.row_count for file in prices)
    assets = max(asset_total(draft, prices), 1)
    start, end = min(first), max(last)
    said = [
        tr_count(
            "{rows:,} bars of {n} asset from {start} to {end}.",
            "{rows:,} bars of {n:,} assets from {start} to {end}.",
            assets,
            rows=rows,
            start=start,
            end=end,
        )
    ]
    used = [draft.get("data.start"), draft.get("data.end")]
    if any(used):
        begin, stop = (value or known for value, known in zip(used, (start, end), strict=True))
        said.append(tr("Used are those from {begin} to {stop}.", begin=begin, stop=stop))
    if signals:
        said.append(tr("The model says {signals}.", signals=all_of(map(str, signals))))
    if late is not None:
        said.append(
            tr(
                "Not all of that is known before {day}: a run that begins earlier waits for it, and the "
                "waiting counts in its statistics.",
                day=late.isoformat(),
            )
        )
    return " ".join(said)


def context_meaning(draft: Draft) -> str:
    """Return what the context is."""
    columns = draft.get("context.columns", ())
    if not columns:
        return shown(_NO_CONTEXT)
    return tr_count(
        "{columns} is the same for all assets, and can be used in rules.",
        "{columns} are the same for all assets, and can be used in rules.",
        len(columns),
        columns=all_of(map(str, columns)),
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
    lines = [tr("The class {name} of {file} decides.", name=python.get("class") or "?", file=file)]
    values = python.get("parameters", {})
    if values:
        told = in_a_row(
            f"{name.replace('_', ' ')} {_plain_value(value, locale)}"
            for name, value in values.items()
        )
        lines.append(tr("Set here: {told}.", told=told))
    return "\n".join(lines)


def _plain_value(value: object, locale: QLocale) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return locale.toString(float(value), "g", 6) if isinstance(value, int | float) else str(value)


def execution_meaning(draft: Draft, locale: QLocale) -> str:
    """Return how orders are filled and what that costs."""
    fill = shown(_FILLS.get(str(draft.get("execution.fill", "next_open")), ""))
    commission = _cost(draft.get("costs.commission") or {}, _COMMISSION, locale)
    slippage = _cost(draft.get("costs.slippage") or {}, _SLIPPAGE, locale)
    costs = tr(
        "Trading costs: {commission} and {slippage}.", commission=commission, slippage=slippage
    )
    return f"{fill} {costs}"


def account_meaning(draft: Draft, locale: QLocale) -> str:
    """Return what there is to trade with."""
    capital = format_value(float(draft.get("account.initial_capital", 0.0)), "number", locale)
    kind = str(draft.get("account.type", "cash"))
    return shown(_ACCOUNTS.get(kind, "{capital}")).format(capital=capital)


def _cost(table: Any, words: Mapping[str, str], locale: QLocale) -> str:
    """Return a cost in words: that there is none, a share, or how it is reckoned."""
    rate = table.get("rate")
    share = share_text(rate, locale) if isinstance(rate, int | float) else "?"
    return tr(words[str(table.get("model", "none"))], share=share)
