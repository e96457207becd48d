"""Damaged files by each door the application has, in processes of their own.

As a program::

    python -m tests.broken.fuzz FIRST COUNT [KIND...]

tries so many seeds of each kind, each attempt with its time and its memory limited; what is raised beside
an `InputError`, a process that dies (by a signal of the machine too) and one that hangs are told by their seed.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.corporate_actions import read_corporate_actions
from ml4t_desktop.files.market_files import market_of_path, read_market
from ml4t_desktop.files.pieces.market_in_pieces import pieces_of_files
from ml4t_desktop.files.quality import check_data, check_file
from ml4t_desktop.request import ContextSource, DataSource, PredictionSource
from ml4t_desktop.request.toml import load_request
from ml4t_desktop.session.work import real_work
from tests.broken.mutations import SEEDS, mutated
from tests.unit.files.ugly import frame

_MEMORY = 4 << 30
_LONGEST = 60  # half seconds of one attempt; counted, as both may be stopped for a while
_GOOD = "good.parquet"
_PIECES = ("csv", "parquet", "old.parquet", "csv.gz", "arrow", "german.csv")


def attempt(folder: Path, kind: str, data: bytes) -> str:
    """Read bytes by each door; what else than an `InputError` is raised goes through."""
    path = folder / f"damaged.{kind}"
    path.write_bytes(data)
    try:
        if kind == "toml":
            load_request(path)
        elif kind.startswith("actions"):
            read_corporate_actions(path)
        else:
            check_file(path)
            real_work().look(path)
            _read(folder, path, kind)
    except InputError as error:
        told = error.problems and all(problem.where for problem in error.problems)
        return "refused" if told else "refused without a place"
    return "read"


def _read(folder: Path, path: Path, kind: str) -> None:
    """Read the file for what it is: prices, in pieces too, or values that belong to good prices."""
    if not kind.startswith(("context", "predictions")):
        market_of_path(path, ColumnMap())
        if kind in _PIECES:
            pieces_of_files([path], ColumnMap(), 3)[0].close()
        return
    good = folder / _GOOD
    if not good.exists():
        frame().drop("ml_pred").write_parquet(good)
    data = DataSource(files=(_GOOD,))
    context: ContextSource | None = None
    if kind.startswith("context"):
        context = ContextSource(file=path.name)
    else:
        predictions = PredictionSource(files=(path.name,), match="asof")
        data = DataSource(files=(_GOOD,), signals=("ml_pred",), predictions=predictions)
    check_data(data, context, base=folder)
    read_market(data, context, base=folder)


def _try_many(kind: str, first: int, count: int, place: Path) -> int:
    """Try seeds of one kind in this process; `place` says which one, for whoever watches."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    ended: Counter[str] = Counter()
    faults, slowest = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            place.write_text(str(seed), encoding="ascii")
            start = time.perf_counter()
            try:
                outcome = attempt(Path(folder), kind, mutated(kind, seed))
                faults += outcome == "refused without a place"
                if outcome == "refused without a place":
                    print(kind, seed, outcome, flush=True)
                ended[outcome] += 1
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                faults += 1
                print(kind, seed, type(error).__name__, str(error)[:150], flush=True)
            slowest = max(slowest, time.perf_counter() - start)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{kind}: {dict(ended)}, slowest {slowest:.2f} s, at most {used} MB", flush=True)
    return min(faults, 100)


def _watch(kind: str, first: int, count: int, folder: Path) -> int:
    """Try seeds of one kind in a process of its own, a new one after each that dies or hangs."""
    place, faults = folder / "seed", 0
    while count > 0:
        place.write_text(str(first), encoding="ascii")
        command = [sys.executable, "-W", "error", "-m", "tests.broken.fuzz", "--here", kind]
        command += [str(first), str(count), str(place)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            seen, waited = "", 0
            while process.poll() is None:
                time.sleep(0.5)
                now = place.read_text(encoding="ascii")
                waited = waited + 1 if now == seen else 0
                seen = now
                if waited > _LONGEST:
                    process.kill()
                    print(kind, now, "hangs", flush=True)
        if process.returncode >= 0:
            return faults + process.returncode
        last = int(place.read_text(encoding="ascii"))
        print(kind, last, f"ended by signal {-process.returncode}", flush=True)
        faults += 1
        first, count = last + 1, count - (last + 1 - first)
    return faults


def main(arguments: list[str]) -> int:
    """Try many seeds, and return 1 if any of them ended otherwise than it should."""
    if arguments[0] == "--here":
        kind, first, count, place = arguments[1:]
        return _try_many(kind, int(first), int(count), Path(place))
    first, count, *kinds = arguments
    with tempfile.TemporaryDirectory() as folder:
        found = [_watch(kind, int(first), int(count), Path(folder)) for kind in kinds or SEEDS]
    print(f"{sum(found)} faults")
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
