"""How what describes a distribution is made."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from ml4t_desktop.analysis.making.derivation import Derivation, Kind, Part, Recipe, Sample
from ml4t_desktop.analysis.making.measuring import measured
from ml4t_desktop.analysis.making.spans import titled
from ml4t_desktop.wording import mark, say

_SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "count": (mark("Number"), mark("How many values there are.")),
    "mean": (mark("Mean"), mark("Sum of the values / their number.")),
    "median": (mark("Median"), mark("The value in the middle.")),
    "skew": (mark("Skew"), mark("Skew of the values, corrected for the size of the sample.")),
}


class DistributionScope:
    """Values that were put in a histogram.

    Parameters
    ----------
    sample : Sample
        Without NaN.
    of : str
        What they are.
    kind : str
        How they are written.
    """

    def __init__(self, sample: Sample, of: str, kind: Kind) -> None:
        self._sample, self._of = sample, of
        self._kind: Kind = kind

    def explain(self, name: str) -> Derivation:
        """Return how ``count``, ``mean``, ``median`` or ``skew`` of the values is made."""
        title, meaning = _SHAPES[name]
        values, things = self._sample.values, self._sample.things
        count = measured(
            "count", "n", say("Number of {things}", things=things), "count", self._sample
        )
        if name == "count":
            recipe = Recipe(formula="n", inputs=(count,), part=self._part())
            source = say("The {things} themselves.", things=things)
            return titled(name, title, self._of, "count", meaning, recipe, source=source)
        reason = "" if values.size else mark("there are no values")
        made: Callable[[], Recipe] = {
            "mean": self._mean,
            "median": self._median,
            "skew": self._skew,
        }[name]
        recipe = made()
        recipe = Recipe(formula=recipe.formula, inputs=(*recipe.inputs, count), part=self._part())
        if name == "skew" and not reason and (values.size < 3 or self._is_flat()):
            reason = (
                mark("fewer than 3 values") if values.size < 3 else mark("the values do not vary")
            )
        kind = "ratio" if name == "skew" else self._kind
        return titled(
            name,
            title,
            self._of,
            kind,
            meaning,
            recipe,
            reason,
            source=say("The {things} themselves.", things=things),
        )

    def _is_flat(self) -> bool:
        values = self._sample.values
        return float(values.std()) <= 1e-12 * max(float(np.abs(values).max()), 1e-300)

    def _part(self) -> Part:
        if self._sample.things != "trades":
            return Part(things=self._sample.things, count=self._sample.ids.size)
        ids = np.sort(self._sample.ids)
        return Part(things="trades", count=ids.size, trade_ids=ids, name=mark("closed trades"))

    def _mean(self) -> Recipe:
        return Recipe(
            formula="sum / n",
            inputs=(measured("sum", "sum", mark("Sum of the values"), self._kind, self._sample),),
        )

    def _median(self) -> Recipe:
        title = mark("The value in the middle")
        return Recipe(
            formula="median",
            inputs=(measured("median", "median", title, self._kind, self._sample),),
        )

    def _skew(self) -> Recipe:
        values = self._sample.values
        away = values - values.mean() if values.size else values
        m3, m2 = (
            measured("mean", f"m{power}", say("Mean of (value - mean)^{power}", power=power), "number",
                     Sample(self._sample.things, self._sample.ids, away**power))
            for power in (3, 2)
        )  # fmt: skip
        return Recipe(formula="sqrt(n * (n - 1)) / (n - 2) * m3 / m2 ** 1.5", inputs=(m3, m2))
