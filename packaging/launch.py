"""The entry of the frozen application."""

import multiprocessing
import sys

from ml4t_desktop.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a worker is this very program, started again
    sys.exit(main())
