"""Where the application keeps what belongs to one user, by the rules of each system.

========  ===========================  =========================================  ====================
folder    Linux                        macOS                                      Windows
========  ===========================  =========================================  ====================
settings  ``$XDG_CONFIG_HOME``         ``~/Library/Application Support``          ``%LOCALAPPDATA%``
data      ``$XDG_DATA_HOME``           the same                                   the same
cache     ``$XDG_CACHE_HOME``          ``~/Library/Caches``                       ``…/Cache``
logs      ``$XDG_STATE_HOME``, log     ``~/Library/Logs``                         ``…/Logs``
========  ===========================  =========================================  ====================

each with a folder ``ml4t_desktop`` in it. Removing the application leaves them alone; projects are wherever their
owner saved them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from platformdirs.api import PlatformDirsABC

NAME: Final = "ml4t_desktop"


def settings_folder() -> Path:
    """Return the folder of settings, layouts and agreements."""
    return _folders().user_config_path


def data_folder() -> Path:
    """Return the folder of what is kept while somebody works: unsaved changes, counted trials."""
    return _folders().user_data_path


def cache_folder() -> Path:
    """Return the folder of what can be made anew."""
    return _folders().user_cache_path


def log_folder() -> Path:
    """Return the folder of the log and of crash reports."""
    return _folders().user_log_path


def _folders() -> "PlatformDirsABC":
    import platformdirs

    return platformdirs.PlatformDirs(NAME, appauthor=False)  # else Windows names the folder twice
