"""The folder of a sweep, written as a whole or not at all."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.sweep.grid import Grid
from ml4t_desktop.sweep.overfitting import returns_matrix
from ml4t_desktop.sweep.pool import Trial
from ml4t_desktop.sweep.summary import SweepSummary, summary_values
from ml4t_desktop.sweep.table import sweep_table
from ml4t_desktop.sweep.walk_forward import WalkForward
from ml4t_desktop.wording import mark, say

SUMMARY: Final = "summary.json"
_MOST_CELLS: Final = 50_000_000


def check_folder(folder: Path) -> None:
    """Refuse a folder that is something else than that of a sweep.

    Raises
    ------
    InputError
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if (folder / SUMMARY).is_file():
        return
    what, fix = mark("is there already and is no sweep"), mark("Choose another folder")
    raise InputError(Problem(where=str(folder), what=what, fix=fix))


def write_sweep(
    folder: Path,
    grid: Grid,
    trials: Sequence[Trial],
    summary: SweepSummary,
    *,
    request_toml: str,
    versions: dict[str, str],
    walk: WalkForward | None = None,
    more: dict[str, Any] | None = None,
) -> None:
    """Write ``sweep.parquet``, ``daily_returns.parquet``, the walk forward, ``summary.json`` and the request.

    Raises
    ------
    InputError
        If something else is in the way, or it cannot be written.
    """
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        sweep_table(grid, trials, summary.metric).write_parquet(staged / "sweep.parquet")
        _write_returns(staged / "daily_returns.parquet", trials)
        told = summary_values(grid, summary) | {"versions": versions} | (more or {})
        if walk is not None:
            walk.steps.write_parquet(staged / "walk_forward.parquet")
            walk.equity.write_parquet(staged / "walk_forward_equity.parquet")
            told["walk_forward_efficiency"] = walk.efficiency
        (staged / SUMMARY).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        (staged / "request.toml").write_text(request_toml, encoding="utf-8")
        staged.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        staged.replace(folder)
    except OSError as error:
        what = say("cannot be written ({reason})", reason=error.strerror)
        raise InputError(Problem(where=str(folder), what=what, fix=mark("Make room"))) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _write_returns(path: Path, trials: Sequence[Trial]) -> None:
    """Write the daily returns of every finished trial, a column for each."""
    days, returns = returns_matrix(trials)
    if returns.size > _MOST_CELLS:
        return
    done = [t for t in trials if t.status == "done" and np.array_equal(t.days, days)]
    columns = {str(t.number): returns[:, place] for place, t in enumerate(done)}
    dates = pl.Series("day", days.astype(np.int32)).cast(pl.Date)
    pl.DataFrame({"day": dates, **columns}).write_parquet(path)
