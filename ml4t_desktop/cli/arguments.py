"""What the command line understands: its commands with their arguments, and the help on them.

The parser of the standard library is ready in a few milliseconds; those that read types from
functions load what validates a request first, before they know whether there is one.
"""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

NAME: Final = "ml4t-desktop"
OPEN, RUN = "open", "run"
COMPILE: Final = "compile-engine"  # as `engine.compilation` calls it
_SAMPLE_RUN: Final = Path("ml4t-sample-run")


class UsageError(Exception):
    """Arguments that no command understands; says what is wrong and where to read on."""


class Command(NamedTuple):
    """What a command does, in a sentence, and who adds its arguments; without a sentence it is not listed."""

    does: str
    add: "Callable[[ArgumentParser], None]"


def parsed(name: str, given: Sequence[str]) -> dict[str, Any] | None:
    """Return the arguments of a command by name, None when only its help was asked for, which is told.

    Raises
    ------
    UsageError
        If the command does not understand them.
    """
    try:
        return vars(parser_of(name).parse_intermixed_args(given))
    except SystemExit:  # how the parser ends after its help
        return None


def parser_of(name: str) -> ArgumentParser:
    """Return the parser of the arguments of a command."""
    command = COMMANDS[name]
    parser = _Parser(prog=f"{NAME} {name}", description=command.does, allow_abbrev=False)
    command.add(parser)
    return parser


def help_text() -> str:
    """Return what the commands are."""
    listed = "\n".join(f"  {name:<13}{item.does}" for name, item in COMMANDS.items() if item.does)
    return f"""\
usage: {NAME} [FILE]
       {NAME} COMMAND [ARGUMENTS]

Backtest machine-learning predictions: without a command, the window opens.

commands:
{listed}

options:
  --version    Say the version.
  -h, --help   Show this; after a command, what its arguments are.
"""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        what = f"{message} (see {self.prog} --help)"
        raise UsageError(what)


def _open(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="a request, or a file of prices and predictions",
    )
    parser.add_argument("--sample", action="store_true", help="open the sample")
    parser.add_argument(
        "--out",
        type=Path,
        default=_SAMPLE_RUN,
        metavar="FOLDER",
        help=f"where the sample's results go without a display; {_SAMPLE_RUN} here when left out",
    )


def _run(parser: ArgumentParser) -> None:
    _request(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="the run folder; REQUEST-run here when left out"
    )
    parser.add_argument(
        "--preset", metavar="NAME", help="trade as this preset does; see the command presets"
    )
    _changes(parser)
    parser.add_argument(
        "--chunk-rows",
        type=_count,
        metavar="N",
        help="read and run about N bars at once; the result is the same. Left out, the memory decides",
    )
    parser.add_argument(
        "--benchmark",
        metavar="WHAT",
        help="what it is measured against: a file of prices or returns, or market, none, asset.SYMBOL, "
        "context.COLUMN, signal.COLUMN",
    )
    _trust(parser)


def _report(parser: ArgumentParser) -> None:
    _request(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the file, .html or .pdf; REQUEST-report.pdf here when left out",
    )
    parser.add_argument(
        "--paper",
        default="",
        metavar="SIZE",
        help="a4 or letter; as usual in the country when left out",
    )
    _changes(parser)
    parser.add_argument("--trades", action="store_true", help="list every trade in a PDF")
    _trust(parser)


def _export_code(parser: ArgumentParser) -> None:
    _request(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the Python file; REQUEST.py here when left out"
    )


def _sweep(parser: ArgumentParser) -> None:
    _request(parser)
    parser.add_argument(
        "--param",
        action="append",
        dest="params",
        metavar="KEY=VALUES",
        help="values of a key: a,b,c or low:high:step; given again, every combination is run",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="the folder of the sweep; REQUEST-sweep here when left out",
    )
    parser.add_argument(
        "--metric",
        default="sharpe",
        help="the statistic the variants are compared by; sharpe when left out",
    )
    parser.add_argument(
        "--jobs", type=_count, metavar="N", help="run N at once; as many as there are cores"
    )
    parser.add_argument(
        "--walk-forward",
        metavar="TRAIN:TEST",
        help="choose the best of a span and run it on the next, such as 2y:6m",
    )
    _changes(parser)
    _trust(parser)


def _presets(parser: ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="one of them; all are listed when left out"
    )


def _check(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="files of prices, predictions or context, or a request",
    )
    parser.add_argument(
        "--rows", action="store_true", help="list every row that a finding concerns"
    )
    parser.add_argument(
        "--json", action="store_true", dest="as_json", help="write the report as JSON"
    )


def _sample(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to write it")
    parser.add_argument(
        "--large",
        action="store_true",
        help="500 assets over ten years instead of 40 over three",
    )


def _self_check(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="keep the pictures, the project and the report of the trial",
    )


def _compile(parser: ArgumentParser) -> None:
    parser.add_argument("target", type=Path)


def _request(parser: ArgumentParser) -> None:
    parser.add_argument("request", type=Path, metavar="REQUEST", help="the request, a TOML file")


def _changes(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        action="append",
        dest="changes",
        metavar="KEY=VALUE",
        help="replace a value of the request; VALUE is TOML, bare words are text",
    )


def _trust(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--trust",
        action="store_true",
        help="run the Python strategy of the request: you have read it",
    )


def _count(text: str) -> int:
    """Return a number from 1 on."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        message = f"'{text}' is not a number from 1 on"
        raise ArgumentTypeError(message)
    return number


COMMANDS: Final = {
    OPEN: Command("Open the window; the command meant when none is named.", _open),
    RUN: Command("Run a request and write its run folder.", _run),
    "report": Command(
        "Run a request and write a report of it: charts, statistics, and whether it can be believed.",
        _report,
    ),
    "export-code": Command(
        "Write the rules of a request as a Python script, run it, and certify that it trades alike.",
        _export_code,
    ),
    "sweep": Command(
        "Run a request with every combination of some values; Ctrl+C keeps what is done.", _sweep
    ),
    "presets": Command(
        "List the presets, or say what one of them sets and what it cannot imitate.", _presets
    ),
    "check": Command(
        "Say what files hold, what is wrong with them, and what leaks from the future.", _check
    ),
    "sample": Command("Write sample data and a request that runs on it.", _sample),
    "self-check": Command(
        "Try whether the window, the engine and everything else works on this machine.", _self_check
    ),
    COMPILE: Command("", _compile),
}
