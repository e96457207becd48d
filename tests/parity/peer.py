"""Another engine in a process of its own: what it loads, warns of and compiles stays there.

``python -m tests.parity.peer NAME`` answers cases on its standard output. vectorbt computes without its
compiler there, unless speed is asked for: the results are the same, and it starts at once.
"""

import importlib
import importlib.util
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.parity.cases import OrderCase, Outcome, RuleCase

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "backtrader": "backtrader",
    "vectorbt": "vectorbt",
    "backtesting": "backtesting",
    "ml4t_backtest": "ml4t.backtest",
}


class Peer:
    """An engine that answers cases until it is closed."""

    def __init__(self, name: str, *, is_fast: bool = False) -> None:
        variables = dict(os.environ)
        if not is_fast:
            variables["NUMBA_DISABLE_JIT"] = "1"
        variables["MPLBACKEND"] = "agg"
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.parity.peer", name],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def run(self, case: RuleCase | OrderCase) -> Outcome:
        """Return what the engine makes of a case; an exception of it is raised here."""
        pickle.dump(case, self._process.stdin)
        self._process.stdin.flush()
        answer = pickle.load(self._process.stdout)  # noqa: S301 (our own process)
        if isinstance(answer, str):
            raise RuntimeError(answer)  # noqa: TRY004 (an error of theirs, told as text)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()  # theirs may take seconds to unload
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_installed(name: str) -> bool:
    """Return whether the package of an engine can be imported."""
    try:
        return importlib.util.find_spec(PACKAGES[name]) is not None
    except ModuleNotFoundError:
        return False


def _answer(name: str) -> None:
    """Answer cases until there are no more; what the engine prints is thrown away."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout = nowhere
        run = importlib.import_module(f"tests.parity.peer_{name}").run
        while True:
            try:
                case = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the test)
            except EOFError:
                return
            try:
                answer: Outcome | str = run(case)
            except Exception as error:  # noqa: BLE001 (told to whoever asked)
                answer = f"{type(error).__name__}: {error}"
            pickle.dump(answer, answers)
            answers.flush()


if __name__ == "__main__":
    _answer(sys.argv[1])
