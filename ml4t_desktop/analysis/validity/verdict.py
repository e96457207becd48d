"""What follows from the evidence, in plain words.

Every remark is a sentence with places for its numbers, which whoever shows it writes as the user reads
numbers.
"""

from dataclasses import dataclass
from typing import Final, Literal

from ml4t_desktop.analysis.benchmark import BenchmarkMetrics
from ml4t_desktop.analysis.metrics import Metrics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.bootstrap import Interval, Redrawn
from ml4t_desktop.analysis.validity.costs import CostView
from ml4t_desktop.analysis.validity.luck import Luck
from ml4t_desktop.analysis.validity.sharpe import Deflated, SharpeSample
from ml4t_desktop.analysis.validity.stress import Assumption, Variant
from ml4t_desktop.wording import mark

Tone = Literal["good", "doubt", "bad"]
Kind = Literal["percent", "ratio", "count"]
Numbers = tuple[tuple[Kind, float], ...]

FEWEST_TRADES: Final = 30
SURE: Final = 0.95
_UNLIKELY: Final = 0.05
_LATE_LEFT: Final = 1.0 / 3.0
_LITTLE: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing the evidence says.

    Parameters
    ----------
    name : str
        Stable name of the test behind it.
    tone : {"good", "doubt", "bad"}
    text : str
        A sentence or two, with places ``{0}``, ``{1}``, … for the numbers.
    numbers : tuple of (kind, value)
    """

    name: str
    tone: Tone
    text: str
    numbers: Numbers = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What follows: a headline, and the remarks it rests on, the gravest first."""

    headline: Remark
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What is known of a run; what is None is not known yet.

    Parameters
    ----------
    metrics : Metrics
    benchmark : BenchmarkMetrics or str or None
        Or the reason there is none.
    redrawn : Redrawn or None
    trade_intervals : tuple of Interval
    sample : SharpeSample or Undefined
    deflated : Deflated or Undefined
    costs : CostView
    periods_per_year : int
    variants : tuple of Variant
    luck : Luck or Undefined or None
    why_no_reruns : str
        Why the run could not be made again; empty when it could.
    """

    metrics: Metrics
    benchmark: BenchmarkMetrics | str | None
    redrawn: Redrawn | None
    trade_intervals: tuple[Interval, ...]
    sample: SharpeSample | Undefined
    deflated: Deflated | Undefined
    costs: CostView
    periods_per_year: int
    variants: tuple[Variant, ...] = ()
    luck: Luck | Undefined | None = None
    why_no_reruns: str = ""


def verdict(evidence: Evidence) -> Verdict:
    """Return what follows from the evidence so far."""
    found = [
        remark
        for remark in (
            _luck(evidence.luck),
            _count(evidence.metrics),
            _interval(evidence.redrawn),
            _deflated(evidence.deflated),
            _record(evidence),
            _against(evidence.benchmark, evidence.metrics),
            _late(evidence.variants),
            _same_bar(evidence.variants),
            _costs(evidence),
        )
        if remark is not None
    ]
    order = {"bad": 0, "doubt": 1, "good": 2}
    found.sort(key=lambda remark: order[remark.tone])
    return Verdict(headline=_headline(evidence, found), remarks=tuple(found))


def _headline(evidence: Evidence, remarks: list[Remark]) -> Remark:
    tones = {remark.name: remark.tone for remark in remarks}
    doubtful = {name for name, tone in tones.items() if tone != "good"}
    cases: tuple[tuple[bool, Tone, str], ...] = (
        (
            not evidence.metrics.num_trades,
            "doubt",
            mark("There are no closed trades, so there is nothing to judge."),
        ),
        (
            tones.get("luck") == "bad",
            "bad",
            (
                mark(
                    "The predictions show no edge here: the same rules with signals that cannot know anything did "
                    "about as well."
                )
            ),
        ),
        (evidence.metrics.net_profit <= 0, "bad", mark("The run lost money.")),
        ("count" in doubtful, "doubt", mark("There are too few trades to tell skill from luck.")),
        (
            bool(doubtful & {"interval", "deflated", "luck"}),
            "doubt",
            mark("The result cannot be told from luck: what was earned may well be chance."),
        ),
        (
            "bad" in tones.values(),
            "doubt",
            mark("The result rests on an assumption that may not hold: read what is marked below."),
        ),
    )
    for holds, tone, text in cases:
        if holds:
            return Remark(name="headline", tone=tone, text=text)
    text = mark("The result stands up to the tests made here. That is no promise for the future.")
    return Remark(name="headline", tone="good", text=text)


def _luck(luck: Luck | Undefined | None) -> Remark | None:
    if luck is None or isinstance(luck, Undefined):
        return None
    of_others = luck.method == "other_assets"
    numbers: Numbers = (
        ("count", luck.as_good), ("count", luck.returns.size), ("percent", luck.total_return),
    )  # fmt: skip
    if luck.probability > _UNLIKELY:
        text = (
            mark(
                "{0} of {1} runs in which every asset was given the signals of another one made {2} or more."
            )
            if of_others
            else mark(
                "{0} of {1} runs in which the signals were moved to other times made {2} or more."
            )
        )
        # As good as half of those that know nothing: plainly no edge.
        tone: Tone = "bad" if luck.probability > 2 * _UNLIKELY else "doubt"
        return Remark(name="luck", tone=tone, text=text, numbers=numbers)
    text = (
        mark(
            "Only {0} of {1} runs in which every asset was given the signals of another one made {2} or more: "
            "the signals are worth something."
        )
        if of_others
        else mark(
            "Only {0} of {1} runs in which the signals were moved to other times made {2} or more: the signals "
            "are worth something."
        )
    )
    return Remark(name="luck", tone="good", text=text, numbers=numbers)


def _count(metrics: Metrics) -> Remark | None:
    if metrics.num_trades >= FEWEST_TRADES:
        return None
    text = mark(
        "Only {0} trades were closed; below {1} hardly any statistic of trades can be trusted."
    )
    numbers: Numbers = (("count", metrics.num_trades), ("count", FEWEST_TRADES))
    return Remark(name="count", tone="doubt", text=text, numbers=numbers)


def _interval(redrawn: Redrawn | None) -> Remark | None:
    if redrawn is None:
        return None
    found = next((item for item in redrawn.intervals if item.name == "sharpe"), None)
    if found is None:
        return None
    numbers: Numbers = (("ratio", found.value), ("ratio", found.low), ("ratio", found.high))
    if found.low <= 0:
        text = mark(
            "The Sharpe ratio of {0} could as well be anything from {1} to {2} (90 % of redrawn histories): "
            "zero is among it."
        )
        return Remark(name="interval", tone="doubt", text=text, numbers=numbers)
    text = mark(
        "The Sharpe ratio of {0} lies between {1} and {2} in 90 % of redrawn histories: above zero."
    )
    return Remark(name="interval", tone="good", text=text, numbers=numbers)


def _deflated(found: Deflated | Undefined) -> Remark | None:
    if isinstance(found, Undefined) or isinstance(found.probability, Undefined):
        return None
    sure = found.probability
    if found.trials <= 1:
        numbers: Numbers = (("percent", sure),)
        text = mark("The probability that the true Sharpe ratio is above zero is {0}.")
    else:
        numbers: Numbers = (("percent", sure), ("count", found.trials))
        text = mark(
            "{1} variants were run on this data. The probability that this one is better than the best of "
            "so many without any edge is {0}."
        )
    tone: Tone = "good" if sure >= SURE else "doubt" if sure >= 0.5 else "bad"
    return Remark(name="deflated", tone=tone, text=text, numbers=numbers)


def _record(evidence: Evidence) -> Remark | None:
    sample = evidence.sample
    if isinstance(sample, Undefined):
        return None
    needed = sample.shortest_track_record()
    if isinstance(needed, Undefined) or needed <= sample.count:
        return None
    year = evidence.periods_per_year
    text = mark(
        "It would take {0} years at this Sharpe ratio to be 95 % sure that it is above zero; there are {1}."
    )
    numbers: Numbers = (("ratio", needed / year), ("ratio", sample.count / year))
    return Remark(name="record", tone="doubt", text=text, numbers=numbers)


def _against(benchmark: BenchmarkMetrics | str | None, metrics: Metrics) -> Remark | None:
    if benchmark is None or isinstance(benchmark, str) or benchmark.total_return is None:
        return None
    own, other = metrics.total_return, benchmark.total_return
    if own is None:
        return None
    numbers: Numbers = (("percent", own), ("percent", other))
    if own < other:
        text = mark("It made {0}; the benchmark made {1} without any decision.")
        return Remark(name="benchmark", tone="doubt", text=text, numbers=numbers)
    text = mark("It made {0}, the benchmark {1}.")
    return Remark(name="benchmark", tone="good", text=text, numbers=numbers)


def _variant(variants: tuple[Variant, ...], assumption: Assumption) -> Variant | None:
    return next((item for item in variants if item.assumption == assumption), None)


def _late(variants: tuple[Variant, ...]) -> Remark | None:
    asked, late = _variant(variants, "as_asked"), _variant(variants, "one_bar_late")
    if asked is None or late is None or asked.total_return <= 0:
        return None
    numbers: Numbers = (("percent", asked.total_return), ("percent", late.total_return))
    if late.total_return < _LATE_LEFT * asked.total_return:
        text = mark(
            "With every signal one bar later {1} is left of {0}. Either the edge is gone within a bar, or the "
            "signals know more than they should: check the leaks."
        )
        return Remark(name="late", tone="bad", text=text, numbers=numbers)
    text = mark("With every signal one bar later it makes {1} instead of {0}.")
    return Remark(name="late", tone="good", text=text, numbers=numbers)


def _same_bar(variants: tuple[Variant, ...]) -> Remark | None:
    asked, same = _variant(variants, "as_asked"), _variant(variants, "same_bar")
    if asked is None or same is None or asked.equity is same.equity:
        return None
    if same.total_return <= _LITTLE * max(asked.total_return, 0.0) or same.total_return <= 0:
        return None
    text = mark(
        "Filled at the very close that decides it would make {0} instead of {1}: much of the move is over by "
        "the time an order can be filled."
    )
    numbers: Numbers = (("percent", same.total_return), ("percent", asked.total_return))
    return Remark(name="same_bar", tone="doubt", text=text, numbers=numbers)


def _costs(evidence: Evidence) -> Remark | None:
    view = evidence.costs
    if isinstance(view.break_even, Undefined):
        text = mark("The run had no costs: add commission and slippage before you believe it.")
        return Remark(name="costs", tone="doubt", text=text)
    if isinstance(view.paid_rate, Undefined) or isinstance(view.bearable_rate, Undefined):
        return None
    numbers: Numbers = (("ratio", view.break_even), ("percent", view.paid_rate))
    if view.break_even <= 1.0:
        text = mark("Costs took more than the trades made; they were {1} of the value traded.")
        return Remark(name="costs", tone="bad", text=text, numbers=numbers)
    text = mark(
        "Costs could be {0} times as high until nothing is left; they were {1} of the value traded."
    )
    tone: Tone = "good" if view.break_even >= 2.0 else "doubt"
    return Remark(name="costs", tone=tone, text=text, numbers=numbers)
