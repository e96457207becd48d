"""The entry of the frozen application."""

import multiprocessing
import sys

from ml4t_desktop.__main__ import main, provide_streams

if __name__ == "__main__":
    provide_streams()
    multiprocessing.freeze_support()  # a worker is this very program, started again
    sys.exit(main())
