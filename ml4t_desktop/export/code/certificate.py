"""The proof that a script trades as the rules it was written from: it is run, and every fill compared."""

import hashlib
import multiprocessing
import os
import platform
import runpy
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from ml4t_desktop import __version__
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import InputError, Problem, RunFailed
from ml4t_desktop.export.code.script import CERTIFICATE, script_text
from ml4t_desktop.files.loaded import LoadedMarket
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.request import Request, request_toml
from ml4t_desktop.scratch import ScratchFolder
from ml4t_desktop.wording import mark, say

_TIMEOUT_SECONDS: Final = 3600
_COMPARED: Final = ("timestamp", "symbol", "side", "quantity", "price", "commission", "slippage")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedScript:
    """A script that was run and made the same fills.

    Parameters
    ----------
    text : str
        With the certificate in its head.
    fills : int
    """

    text: str
    fills: int


def certified_script(
    request: Request,
    loaded: LoadedMarket,
    folder: Path,
    *,
    control: RunControl | None = None,
) -> CertifiedScript:
    """Return the script of a request, after running it in a process of its own.

    Parameters
    ----------
    request : Request
        Its paths work from `folder`, where the script will lie.
    loaded : LoadedMarket
        The market of its files.
    folder : Path
        The script is run from a file in it, which is removed.

    Raises
    ------
    InputError
        If the rules cannot be written out so that they trade alike; it names the first fill that differs.
    RunFailed
        If the script cannot be run.
    Cancelled
        If `control` was cancelled.
    """
    control = control or RunControl()
    text = script_text(request)
    market = lagged(loaded.market, request.data.lag)
    expected = run_rules(market, request, control).fills
    control.check()
    found = _fills_of(text, folder, control)
    _compare(expected, found)
    return CertifiedScript(
        text=text.replace(CERTIFICATE, _certificate(request, loaded, expected), 1),
        fills=expected.height,
    )


def _certificate(request: Request, loaded: LoadedMarket, fills: pl.DataFrame) -> str:
    versions = (
        f"ml4t_desktop {__version__}, python {platform.python_version()}, polars {pl.__version__}"
    )
    lines = (
        "Certificate: this script was run, and its fills are those of the request, to the last bit.",
        f"  request   sha256 {_sha(request_toml(request).encode())}",
        f"  data      sha256 {loaded.digest}",
        f"  fills     {fills.height}, sha256 {fills_hash(fills)}",
        f"  versions  {versions}",
        "It holds for the text below as it was written, and for the data as it was read.",
    )
    return "\n".join(f"# {line}" for line in lines)


def fills_hash(fills: pl.DataFrame) -> str:
    """Return a hash of what was filled, the bits of every number included."""
    digest = hashlib.sha256()
    for name in _COMPARED:
        column = fills[name]
        if column.dtype == pl.Float64:
            digest.update(column.to_numpy().tobytes())
        elif column.dtype == pl.String:
            digest.update("\0".join(column.to_list()).encode())
        else:
            digest.update(column.cast(pl.Int64).to_numpy().tobytes())
    return digest.hexdigest()


def _sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _compare(expected: pl.DataFrame, found: pl.DataFrame) -> None:
    left, right = expected.select(_COMPARED), found.select(_COMPARED)
    if left.equals(right):
        return
    common = min(left.height, right.height)
    first = next((i for i in range(common) if left.row(i) != right.row(i)), common)
    where = left if first < left.height else right
    what = mark("these rules cannot be written out as a strategy that trades alike")
    if first < where.height:
        row = where.row(first, named=True)
        what = say(
            "these rules cannot be written out as a strategy that trades alike: "
            "fill {number}, {side} of {symbol} at {time}, is another",
            number=first + 1,
            side=row["side"],
            symbol=row["symbol"],
            time=str(row["timestamp"]),
        )
    fix = mark("Leave out corporate actions, participation or risk limits, or go on with the rules")
    raise InputError(Problem(where="strategy", what=what, fix=fix))


def _fills_of(text: str, folder: Path, control: RunControl) -> pl.DataFrame:
    """Return the fills of a script that is run in a process of its own."""
    number, name = tempfile.mkstemp(prefix=".certify-", suffix=".py", dir=folder)
    os.close(number)
    script = Path(name)
    try:
        script.write_text(text, encoding="utf-8")
        with ScratchFolder("certify") as scratch:
            saved, said = scratch.path / "run", scratch.path / "said.txt"
            _run(script, saved, said, control)
            if not (saved / "fills.parquet").is_file():
                lines = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                last = lines[-1] if lines else mark("it said nothing")
                message = say("the script could not be run: {last}", last=last)
                raise RunFailed(message)
            return pl.read_parquet(saved / "fills.parquet")
    finally:
        script.unlink(missing_ok=True)


def _run(script: Path, saved: Path, said: Path, control: RunControl) -> None:
    """Run a script until it ends; a cancelled one is ended."""
    if getattr(sys, "frozen", False):  # there is no interpreter beside the application
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=run_as_main, args=(script, saved, said), daemon=True)
        process.start()
        while process.exitcode is None and not control.is_cancelled:
            process.join(0.02)
        process.kill()
        control.check()
        return
    package = str(Path(__file__).resolve().parents[3])
    paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, str(script), "--save", str(saved)]
    with said.open("wb") as output:
        running = subprocess.Popen(  # noqa: S603 (a script that was written here)
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": paths},
        )
        try:
            while running.poll() is None and not control.is_cancelled:
                try:
                    running.wait(0.02)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            running.kill()
            running.wait(_TIMEOUT_SECONDS)
    control.check()


def run_as_main(script: Path, saved: Path, said: Path) -> None:
    """Run a script in this process as if it had been called."""
    with said.open("w", encoding="utf-8") as output:
        sys.stdout = sys.stderr = output
        sys.argv = [str(script), "--save", str(saved)]
        runpy.run_path(str(script), run_name="__main__")
