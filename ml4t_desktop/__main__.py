"""`python -m ml4t_desktop` and the `ml4t-desktop` command."""

import os
import sys


def main() -> None:
    """Run the command line; a frozen build's worker processes start here too."""
    provide_streams()
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    from ml4t_desktop.cli.main import main as run_command_line

    sys.exit(run_command_line())


def provide_streams() -> None:
    """Let what is printed go nowhere where a program has nothing to print on, as without a console on Windows."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 (pathlib takes time to load; open as long as the process)


if __name__ == "__main__":
    main()
