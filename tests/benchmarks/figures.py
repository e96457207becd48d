"""Figures beside their budgets, and processes measured from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value, and the value it has to reach or stay below."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False
    form: str = ",.2f"

    @property
    def is_met(self) -> bool:
        """Whether the value keeps its budget."""
        if self.budget is None:
            return True
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def __str__(self) -> str:
        shown = f"{self.what:<58}{self.value:>12{self.form}} {self.unit:<9}"
        if self.budget is None:
            return shown
        sign = ">=" if self.at_least else "<="
        return f"{shown} {sign} {self.budget:{self.form}}{'' if self.is_met else '   MISSED'}"


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print figures as a table under a title."""
    print(f"\n{title}\n{'-' * len(title)}", flush=True)
    for figure in figures:
        print(figure, flush=True)


def best_seconds(call: Callable[[], object], times: int) -> float:
    """Return the shortest of several calls; the others waited for something else."""
    return min(_seconds(call) for _ in range(times))


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How long a process took, and the most memory it had (0 where the system does not say)."""

    seconds: float
    peak_bytes: int


def run_python(arguments: Sequence[str]) -> Ended:
    """Run Python in a process of its own and measure it."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):
        code, peak = process.wait(), 0
    else:
        _, status, usage = os.wait4(process.pid, 0)
        code, peak = os.waitstatus_to_exitcode(status), usage.ru_maxrss
        peak *= 1 if sys.platform == "darwin" else 1024
        process.returncode = code
    if code != 0:
        message = f"{' '.join(arguments)} ended with {code}"
        raise RuntimeError(message)
    return Ended(seconds=time.perf_counter() - began, peak_bytes=peak)
