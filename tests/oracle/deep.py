"""Thousands of random scenarios through the engine and the reference, two processes at a time.

``python -m tests.oracle.deep`` runs ten thousand, ``--count`` and ``--first`` say how many and from which
seed, ``--processes`` how many at once. Every seed at which the two differ is printed with the first
difference; ``python -m tests.oracle.deep --seed 123`` runs that one alone and prints its request too.
"""

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.oracle.agreement import first_difference
from tests.oracle.markets import scenario
from tests.oracle.requests import KINDS

BATCH = 100


def told(seed: int) -> str | None:
    """Return what differs at a seed, or the traceback of whoever failed; None when the two agree."""
    try:
        return first_difference(scenario(seed))
    except Exception:  # noqa: BLE001 (a failure is a difference, and the other seeds go on)
        return f"(seed {seed}) fails\n{traceback.format_exc()}"


def run_batch(seeds: Iterable[int]) -> dict[int, str]:
    """Return what differs, by seed."""
    found = {seed: told(seed) for seed in seeds}
    return {seed: text for seed, text in found.items() if text is not None}


def run_all(first: int, count: int, processes: int) -> dict[int, str]:
    """Run scenarios in batches over processes; print progress and every difference."""
    started = time.perf_counter()
    seeds = range(first, first + count)
    batches = [seeds[place : place + BATCH] for place in range(0, count, BATCH)]
    differences: dict[int, str] = {}
    # Processes of their own start: a forked one would share the state of compiled code.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done, found in enumerate(pool.map(run_batch, batches), start=1):
            differences |= found
            for seed, text in found.items():
                print(f"seed {seed} differs: {_head(text)}", flush=True)
            spent = time.perf_counter() - started
            print(
                f"{min(done * BATCH, count)} of {count} scenarios, {len(differences)} differ, "
                f"{spent:.0f} s",
                flush=True,
            )
    return differences


def _head(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0] if "Traceback" not in text else f"{lines[0]}: {lines[-1]}"


def main() -> int:
    """Run what the command line asks for; return 1 when anything differs."""
    parser = argparse.ArgumentParser(description="Engine against reference on random scenarios.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, help="run this one alone and tell all of it")
    asked = parser.parse_args()
    if asked.seed is not None:
        found = told(asked.seed)
        print(found or f"seed {asked.seed}: engine and reference agree")
        return 1 if found else 0
    differences = run_all(asked.first, asked.count, asked.processes)
    kinds = Counter(KINDS[seed % len(KINDS)] for seed in differences)
    for kind, number in kinds.most_common():
        print(f"{kind}: {number}")
    print(f"{asked.count} scenarios from seed {asked.first}, {len(differences)} differ")
    if differences:
        print("seeds:", *sorted(differences))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
