"""The whole command line, from Parquet file to run folder, beside a process that only reads the file.

    python tests/benchmarks/bench_process.py [REQUEST]

Without a request it writes a sample of 500 assets over 2,520 days and runs that.
"""

import json
import sys
import tempfile
from pathlib import Path

from figures import Ended, Figure, run_python, show

from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.request import load_request

ROUNDS = 7
READ = "import sys, polars as pl; pl.read_parquet(sys.argv[1])"
MEGABYTE = 1_000_000


def main() -> None:
    """Measure both processes in turn, so that both meet the same neighbours."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        given = sys.argv[1:]
        request = Path(given[0]) if given else write_sample(place / "sample", small=False)
        data = load_request(request).data
        prices = str(request.parent / data.files[0])
        out = place / "run"
        run = ["-m", "ml4t_desktop", "run", str(request), "--out", str(out)]
        run_python(run)
        reads: list[Ended] = []
        runs: list[Ended] = []
        for _ in range(ROUNDS):
            reads.append(run_python(["-c", READ, prices]))
            runs.append(run_python(run))
        phases = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["phases"]
        columns = columns_used(Path(prices), 2 + 5 + len(data.signals))
    read, whole = (min(ended.seconds for ended in rounds) for rounds in (reads, runs))
    show(
        "From Parquet file to run folder, whole process",
        [
            Figure(what="a process that reads the file with Polars", value=read, unit="s"),
            Figure(what="run", value=whole, unit="s"),
            Figure(what="run / read", value=whole / read, unit="times", budget=3.0),
            *(
                Figure(what=f"  {name} (last run)", value=seconds, unit="s", form=",.3f")
                for name, seconds in phases.items()
            ),
            Figure(
                what=f"peak memory (the columns used are {columns / MEGABYTE:,.0f} MB)",
                value=max(ended.peak_bytes for ended in runs) / MEGABYTE,
                unit="MB",
                budget=2 * columns / MEGABYTE + 250,
                form=",.0f",
            ),
        ],
    )


def columns_used(prices: Path, columns: int) -> int:
    """Return the bytes of the columns a run uses, 8 for each value."""
    import polars as pl

    return pl.scan_parquet(prices).select(pl.len()).collect().item() * columns * 8


if __name__ == "__main__":
    main()
