"""Every benchmark, one after the other, each in a process of its own.

    python tests/benchmarks/bench_all.py

Prints each figure beside its budget. Run it on a machine that does nothing else: figures are the best
of several rounds, and still mean little beside a busy neighbour.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    """Run them all; the exit code says whether all of them could be measured."""
    programs = [
        path for path in sorted(FOLDER.glob("bench_*.py")) if path != Path(__file__).resolve()
    ]
    codes = [
        subprocess.run(
            [sys.executable, str(program)], cwd=FOLDER.parents[1], check=False
        ).returncode
        for program in programs
    ]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
