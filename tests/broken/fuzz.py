"""Good files of every format with their bytes damaged at random, from a seed.

As a program, in a process of its own with its memory limited::

    python -m tests.broken.fuzz SEED COUNT
"""

import gzip
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.column_map import ColumnMap
from ml4t_desktop.files.market_files import market_of_path
from ml4t_desktop.files.quality import check_file
from ml4t_desktop.request.toml import load_request
from tests.broken.packed import arrow, stream
from tests.broken.requests import GOOD
from tests.unit.files.ugly import frame, german, lines, parquet, table, two_levels, workbook

SEEDS: dict[str, bytes] = {
    "csv": lines().encode(),
    "german.csv": lines(";", german).encode(),
    "wide.csv": two_levels(None).encode(),
    "csv.gz": gzip.compress(lines().encode()),
    "parquet": parquet(frame()),
    "arrow": arrow(frame()),
    "arrows": stream(frame()),
    "xlsx": workbook({"Prices": table()}),
    "toml": GOOD.encode(),
}
_WORDS = (
    b'"', b"'", b",", b";", b"\n", b"\r", b"\0", b"\t", b"-", b".", b"1e999", b"NaN", b"\xff\xfe",
    b"\xef\xbb\xbf", b"[", b"]", b"{", b"}", b"=", b"#", b"\xc3", b"9" * 40, b" ", b"T", b"Z", b"%",
)  # fmt: skip
_MEMORY = 4 << 30


def mutated(kind: str, seed: int) -> bytes:
    chance = random.Random(f"{kind} {seed}")
    data = bytearray(SEEDS[kind])
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(len(data) + 1)
        length = chance.choice((1, 1, 2, 8, 40))
        match chance.randrange(6):
            case 0:
                data[place : place + length] = chance.randbytes(length)
            case 1:
                del data[place : place + length]
            case 2:
                data[place:place] = chance.choice(_WORDS)
            case 3:
                data[place : place + length] = chance.choice(_WORDS)
            case 4:
                start = chance.randrange(len(data) + 1)
                data[place:place] = data[start : start + length * 4]
            case _:
                if place < len(data):
                    data[place] ^= 1 << chance.randrange(8)
    return bytes(data)


def attempt(folder: Path, kind: str, data: bytes) -> str:
    """Read bytes by each door; what else than an `InputError` is raised goes through."""
    path = folder / f"damaged.{kind}"
    path.write_bytes(data)
    try:
        if kind == "toml":
            load_request(path)
        else:
            check_file(path)
            market_of_path(path, ColumnMap())
    except InputError as error:
        told = error.problems and all(problem.where for problem in error.problems)
        return "refused" if told else "refused without a place"
    return "read"


def _try_many(first: int, count: int) -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    ended: Counter[str] = Counter()
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in SEEDS:
            slowest = 0.0
            for seed in range(first, first + count):
                start = time.perf_counter()
                try:
                    ended[f"{kind} {attempt(Path(folder), kind, mutated(kind, seed))}"] += 1
                except BaseException as error:
                    if isinstance(error, KeyboardInterrupt):
                        raise
                    faults += 1
                    print(kind, seed, type(error).__name__, str(error)[:150], flush=True)
                slowest = max(slowest, time.perf_counter() - start)
            print(kind, f"slowest {slowest:.2f} s", flush=True)
    print(dict(ended), f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(_try_many(int(sys.argv[1]), int(sys.argv[2])))
