"""Projects and run folders that tests save and open."""

from datetime import UTC, date, datetime
from pathlib import Path

from ml4t_desktop.project.documents.document import Project
from ml4t_desktop.project.documents.entry import DataFile, Entry

MOMENT = datetime(2024, 3, 1, 12, 30, tzinfo=UTC)


def a_request(folder: Path, threshold: float = 0.9) -> dict:
    return {
        "format": 1,
        "name": "mine",
        "data": {
            "files": (f"{folder.as_posix()}/data/prices.parquet",),
            "signals": ("pred",),
            "start": date(2017, 6, 1),
        },
        "context": {"file": f"{folder.as_posix()}/vix.csv", "columns": ("VIX",)},
        "strategy": {"entry": {"all": ({"column": "signal.pred", "op": ">", "value": threshold},)}},
    }


def an_entry(folder: Path, number: int, **changes) -> Entry:
    values = {
        "number": number,
        "run_id": f"{number:016x}",
        "digest": "d" * 64,
        "moment": MOMENT,
        "seconds": 0.25,
        "request": a_request(folder, number / 10),
        "statistics": {"num_trades": 3, "sharpe": None, "total_return": 0.125},
        "files": (
            DataFile(
                path=f"{folder.as_posix()}/data/prices.parquet",
                size=7,
                modified=11,
                sha256="a" * 64,
            ),
        ),
        "size": 10,
    }
    return Entry(**(values | changes))


def a_project(folder: Path, count: int = 2, **changes) -> Project:
    entries = tuple(an_entry(folder, number) for number in range(1, count + 1))
    values = {"request": a_request(folder), "entries": entries, "last_number": count}
    return Project(**(values | {"created": MOMENT} | changes))


def run_folders(folder: Path, project: Project, size: int = 100) -> dict[str, Path]:
    """Folders that stand for those of runs; their content is that of nothing."""
    found = {}
    for entry in project.entries:
        place = folder / "kept" / entry.run_id
        place.mkdir(parents=True, exist_ok=True)
        for name in ("manifest.json", "trades.parquet"):
            (place / name).write_bytes(f"{entry.run_id} {name} ".encode() * size)
        found[entry.run_id] = place
    return found
