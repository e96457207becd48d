"""PySide6 does not read the sources of what is imported after it."""

import subprocess
import sys

LOOK = """
import linecache
from PySide6 import QtCore
from ml4t_desktop.app.imports import leave_sources_unread
if {quick}:
    leave_sources_unread()
import colorsys
print(colorsys.__file__ in linecache.cache)
"""


def was_read(*, quick: bool) -> bool:
    command = [sys.executable, "-c", LOOK.format(quick=quick)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return ended.stdout.strip() == "True"


def test_the_source_of_a_module_stays_unread():
    assert was_read(quick=False), "PySide6 no longer reads sources: leave_sources_unread can go"
    assert not was_read(quick=True)
