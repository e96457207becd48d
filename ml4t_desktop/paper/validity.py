"""How far the run can be believed, on paper: intervals, other assumptions, luck, and gross to net."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.analysis.distributions import histogram
from ml4t_desktop.paper.charts import Band, Line, bars_chart, beside, lines_chart, steps_chart
from ml4t_desktop.paper.ink import Measure
from ml4t_desktop.paper.sheets import Block
from ml4t_desktop.paper.texts import MUTED, Column, heading, paragraph, space, table
from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.evidence_words import ASSUMPTIONS, COST_STEPS
from ml4t_desktop.session.theme import LIGHT, Theme

_HEIGHT: Final = 140.0
_NAMED: Final = 170.0
_FEWEST_BINS: Final = 16


def validity_blocks(
    measure: Measure, width: float, content: Mapping[str, Any], theme: Theme
) -> list[Block]:
    """Return what is known of how far a run can be believed; nothing where that is nothing."""
    evidence = content["evidence"]
    if evidence is None:
        return []
    return [
        heading(tr("Can it be believed?"), begins_page=True),
        *_pictures(measure, width, content["equity"]["time"], evidence, theme),
        *_intervals(measure, width, evidence),
        *_variants(measure, width, evidence["variants"]),
        *_costs(measure, width, evidence["costs"], theme),
    ]


def _pictures(
    measure: Measure, width: float, times: Sequence[int], evidence: Mapping[str, Any], theme: Theme
) -> list[Block]:
    drawn: list[Block] = []
    cone, luck, variants = evidence["cone"], evidence["luck"], evidence["variants"]
    if cone is not None:
        lowest, low, middle, high, highest = cone["lines"]
        lines = (
            Line(name=tr("Half of the histories below"), values=middle, colour=LIGHT.muted, is_dashed=True),
            Line(name=tr("This run"), values=cone["own"], colour=LIGHT.accent),
        )  # fmt: skip
        bands = (Band(low=lowest, high=highest, share=0.15), Band(low=low, high=high, share=0.28))
        drawn.append(lines_chart(cone["time"], lines, "money", height=_HEIGHT, bands=bands))
    if luck is not None:
        import numpy as np

        bins = histogram(np.array(luck["returns"], float), fewest=_FEWEST_BINS)
        count, own = len(luck["returns"]), _text(luck["own"], "percent")
        note = tr(
            "Total return of {count} runs with signals that know nothing\nLine: this run, {own}",
            count=count,
            own=own,
        )
        drawn.append(
            bars_chart(
                bins.edges.tolist(), bins.counts.tolist(), note, theme,
                height=_HEIGHT, mark=luck["own"], has_tones=False,
            )
        )  # fmt: skip
    blocks: list[Block] = []
    if cone is not None:
        share = f"{_text((cone['levels'][-1] - cone['levels'][0]) * 100, 'count')} %"
        text = tr(
            "The returns drawn again {paths:count} times in blocks of {block:count} on average (stationary "
            "bootstrap): {share} of the histories end in the wide band, half of them in the narrow one.",
            paths=cone["paths"],
            block=cone["block"],
            share=share,
        )
        blocks.append(paragraph(measure, width, text, MUTED))
    if drawn:
        blocks.append(beside(*drawn) if len(drawn) > 1 else drawn[0])
    if variants and all(len(item["equity"]) == len(times) for item in variants):
        lines = [
            Line(name=shown(ASSUMPTIONS[item["name"]]), values=item["equity"], colour=colour)
            for item, colour in zip(variants, LIGHT.series, strict=False)
        ]
        blocks += [space(8), lines_chart(times, lines, "money", height=_HEIGHT + 20)]
    return blocks


def _intervals(measure: Measure, width: float, evidence: Mapping[str, Any]) -> list[Block]:
    rows: list[Sequence[str] | str] = (
        [tr("90 % OF REDRAWN HISTORIES")] if evidence["intervals"] else []
    )
    for item in evidence["intervals"]:
        texts = (_text(item[name], item["kind"]) for name in ("value", "low", "high"))
        rows.append((shown(item["title"]), *texts))
    if evidence["cone"] is not None:
        rows.append((tr("Chance of a loss"), _text(evidence["cone"]["loss"], "percent"), "", ""))
    sharpe = evidence["sharpe"]
    if sharpe is not None:
        known: tuple[tuple[str, str, Kind], ...] = (
            (tr("Probability that the Sharpe ratio is above zero"), "above_zero", "percent"),
            (tr("Variants tried on this data"), "trials", "count"),
            (tr("Best Sharpe ratio that chance would find"), "hurdle", "ratio"),
            (tr("Deflated Sharpe ratio"), "deflated", "percent"),
            (tr("Years needed to be 95 % sure"), "years_needed", "ratio"),
            (tr("Years there are"), "years", "ratio"),
        )
        rows.append(tr("HOW SURE THE SHARPE RATIO IS"))
        rows += [(title, _text(sharpe[name], kind), "", "") for title, name, kind in known]
    return [
        space(6),
        *table(measure, _columns(width, (tr("This run"), tr("From"), tr("To"))), rows),
    ]


def _variants(measure: Measure, width: float, variants: Sequence[Mapping[str, Any]]) -> list[Block]:
    if not variants:
        return []
    kinds: tuple[tuple[str, Kind], ...] = (
        ("total_return", "percent"), ("sharpe", "ratio"), ("max_drawdown", "percent"), ("trades", "count"),
    )  # fmt: skip
    rows = [
        (shown(ASSUMPTIONS[item["name"]]), *(_text(item[name], kind) for name, kind in kinds))
        for item in variants
    ]
    titles = (tr("Total return"), tr("Sharpe"), tr("Drawdown"), tr("Trades"))
    return [
        heading(tr("Under other assumptions")),
        *table(measure, _columns(width, titles, tr("Assumption")), rows),
    ]


def _costs(measure: Measure, width: float, costs: Mapping[str, Any], theme: Theme) -> list[Block]:
    steps = [s for s in costs["steps"] if s["amount"] or s["name"] in {"before", "net"}]
    rows = [(shown(COST_STEPS[step["name"]]), _text(step["amount"], "money")) for step in steps]
    rows += [
        (tr("Costs could be multiplied by"), _text(costs["break_even"], "ratio")),
        (tr("Costs paid, of value traded"), _text(costs["paid_rate"], "percent")),
        (tr("Costs that leave nothing, of value traded"), _text(costs["bearable_rate"], "percent")),
    ]
    return [
        heading(tr("From gross to net")),
        steps_chart(
            [shown(COST_STEPS[step["name"]]) for step in steps],
            [step["amount"] or 0.0 for step in steps],
            theme,
            height=110,
        ),
        *table(measure, _columns(width, (tr("Amount"),), tr("Step")), rows),
    ]


def _columns(width: float, titles: Sequence[str], first: str = "") -> tuple[Column, ...]:
    wide = (width - _NAMED - 40) / max(len(titles), 3)
    return (
        Column(title=first or tr("Figure"), width=_NAMED + 40, is_number=False),
        *(Column(title=title, width=wide) for title in titles),
    )


def _text(value: Any, kind: Kind) -> str:
    return format_value(value, kind, QLocale()) or "n/a"
