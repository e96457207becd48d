"""`python -m ml4t_desktop` and the `ml4t-desktop` command."""

import sys


def main() -> None:
    """Run the command line; a frozen build's worker processes start here too."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    from ml4t_desktop.cli import main as run_command_line

    sys.exit(run_command_line())


if __name__ == "__main__":
    main()
