"""How many variants were tried on the same data, and how each of them did.

The best of many variants looks better than it is; the deflated Sharpe ratio needs their number and the
spread of their Sharpe ratios (Bailey and Lopez de Prado, 2014).
"""

import json
import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

log = logging.getLogger(__name__)
_SUFFIX: Final = ".jsonl"


@dataclass(frozen=True, slots=True)
class Trial:
    """One variant that was run.

    Parameters
    ----------
    sharpe : float or None
        Mean over standard deviation (n - 1) of the returns of its periods, not annualised; None where
        it is undefined.
    periods : int
        Number of these returns.
    """

    sharpe: float | None
    periods: int


@dataclass(frozen=True, slots=True)
class TrialCount:
    """The variants that were run on the same data.

    Parameters
    ----------
    trials : mapping of str to Trial
        By the identity of the variant, in the order in which they were first run.
    """

    trials: Mapping[str, Trial] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return len(self.trials)

    @property
    def sharpes(self) -> tuple[float, ...]:
        """The Sharpe ratios of one period of every variant that has one."""
        return tuple(item.sharpe for item in self.trials.values() if item.sharpe is not None)

    def joined(self, other: "TrialCount") -> "TrialCount":
        """Return the variants of both, each counted once."""
        return TrialCount(MappingProxyType({**self.trials, **other.trials}))


Trials = Mapping[str, TrialCount]


def raw_trials(trials: Trials) -> dict[str, dict[str, list[float | int | None]]]:
    """Return trials by digest as plain tables and lists."""
    return {
        digest: {key: [item.sharpe, item.periods] for key, item in count.trials.items()}
        for digest, count in trials.items()
    }


def trials_of(raw: Any) -> dict[str, TrialCount]:
    """Return trials from plain tables and lists; what is not as it should be is left out."""
    if not isinstance(raw, Mapping):
        return {}
    return {
        str(digest): TrialCount(
            MappingProxyType(
                {
                    str(key): trial
                    for key, value in variants.items()
                    if (trial := _trial(value)) is not None
                }
            )
        )
        for digest, variants in raw.items()
        if isinstance(variants, Mapping)
    }


def read_trials(folder: Path, digest: str) -> TrialCount:
    """Return the variants that the user has run on data; a line that is damaged is left out."""
    found: dict[str, Trial] = {}
    try:
        text = _file(folder, digest).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return TrialCount()
    except OSError as error:
        log.warning("the trials in %s cannot be read: %s", folder, error)
        return TrialCount()
    for line in text.splitlines():
        try:
            key, *value = json.loads(line)
        except (ValueError, TypeError):
            continue
        trial = _trial(value)
        if trial is not None:
            found[str(key)] = trial
    return TrialCount(MappingProxyType(found))


def append_trials(folder: Path, digest: str, trials: Iterable[tuple[str, Trial]]) -> None:
    """Add variants to those that the user has run on data.

    Whole lines are appended at once, so that several windows may do so.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    lines = "".join(f"{json.dumps([key, item.sharpe, item.periods])}\n" for key, item in trials)
    if not lines:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with _file(folder, digest).open("a", encoding="utf-8", newline="\n") as file:
        file.write(lines)


def _file(folder: Path, digest: str) -> Path:
    return folder / f"{digest}{_SUFFIX}"


def _trial(value: Any) -> Trial | None:
    match value:
        case [int() | float() | None as sharpe, int() as periods] if periods >= 0:
            if sharpe is None or not math.isfinite(sharpe):
                return Trial(None, periods)
            return Trial(float(sharpe), periods)
    return None
